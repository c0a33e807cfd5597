import { readFileSync } from "node:fs";
import { freePort } from "../../cli/network/free-port.ts";
import { type Engine, send, start } from "./engine.ts";

/** The policy of the page, and one that answers more than yes and no. */
const [policy = ""] =
  /(?<=```rego\n)[\s\S]*?(?=```)/.exec(
    readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8"),
  ) ?? [];
const more = `
package api

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
  await send(`${url}/v1/policies/more`, more, "PUT");
  return opa;
}
