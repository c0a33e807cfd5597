import { freePort } from "../../cli/network/free-port.ts";
import { type Engine, send, start } from "./engine.ts";

/** Undefined, neither true nor false, for whoever it does not speak of. */
const policy = `
package api

allow if {
  input.user == "alice"
  input.method == "GET"
}

allow if "operator" in input.roles

allow := false if {
  input.user == "alice"
  input.method != "GET"
  input.roles == null
}

explained := {"allow": input.user == "alice", "why": concat(" ", [input.user, "may", input.method])}
`;

/** Open Policy Agent with the policy `api/allow`. */
export async function startOpa(): Promise<Engine> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const opa = await start(
    { name: "opa", module: "github.com/open-policy-agent/opa", version: "v1.22.4" },
    url,
    ["run", "--server", "--addr", new URL(url).host, "--disable-telemetry"],
    "/health",
  );
  await send(`${url}/v1/policies/api`, policy, "PUT");
  return opa;
}
