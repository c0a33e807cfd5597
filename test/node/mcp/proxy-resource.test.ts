import { expect, test } from "vitest";
import { startIssuer } from "../cli/loopback-issuer.ts";
import { root } from "../cli/run-cli.ts";
import { agentFiles, run } from "./world.ts";

test("what the token is for, --to by default, is told the issuer without its query (RFC 8707 section 2)", async () => {
  const resources: (string | null)[] = [];
  const issuer = await startIssuer({
    token: (_, response, body) => {
      resources.push(new URLSearchParams(body).get("resource"));
      response.end(JSON.stringify({ access_token: "a", token_type: "DPoP", expires_in: 300 }));
    },
  });
  const files = await agentFiles(async () => "a");
  const to = ["--to", "http://127.0.0.1:9/mcp?api_key=secret#part", "--key", files.keyFile];
  const login = ["--issuer", issuer, "--client-id", "agent", "--client-secret", "s"];
  const args = [`${root}cli/main.ts`, "proxy", ...to, ...login, "--client-credentials"];
  const proxy = await run(args, /^ready on (http:\S+)$/);
  await proxy.stop();
  files.remove();
  expect(resources).toEqual(["http://127.0.0.1:9/mcp"]);
});
