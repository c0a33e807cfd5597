// npm run conformance:mcp: the public suite of the protocol, whole. Its client scenarios for
// authorization drive an agent on dpop-edge/client; its active server scenarios ask a server twice,
// alone and through `dpop-edge proxy` and the Worker, and must find the same.
import { startIssuer } from "../dev/world.ts";
import { clientScenarios, passesAsClient, serverResults } from "./suite.ts";
import { startSuiteServer } from "./suite-server.ts";
import { agentFiles, gatewayRule, startEverything, startMcpEdge, startProxy } from "./world.ts";

/** What differs with us in between, and why. */
const expected = new Map([
  // The reference server looks at no Origin and no Host; the proxy refuses both of elsewhere.
  ["dns-rebinding-protection: 1 passed, 1 failed", "dns-rebinding-protection: 2 passed, 0 failed"],
]);

let failed = 0;
const say = (good: boolean, text: string) => {
  if (!good) failed += 1;
  process.stdout.write(`${good ? "ok  " : "FAIL"}  ${text}\n`);
};

for (const scenario of await clientScenarios()) say(await passesAsClient(scenario), scenario);

const issuer = await startIssuer();
const files = await agentFiles(issuer.accessToken);
try {
  const everything = await startEverything();
  await compare("the reference server", everything);
  // The reference server has not all that the suite asks for; this one has.
  await compare("a server made for the suite", await startSuiteServer());
} finally {
  await issuer.stop();
  files.remove();
}
/** A server alone, and through the proxy and the Worker. */
async function compare(
  name: string,
  server: { readonly host: string; stop(): Promise<void> },
): Promise<void> {
  const edge = await startMcpEdge(issuer.jwks, gatewayRule(server.host));
  const proxy = await startProxy(edge.url, files);
  try {
    const alone = await serverResults(`http://${server.host}/mcp`);
    const behind = await serverResults(`${proxy.said}/mcp`);
    say(alone.length > 0, `${name}: ${alone.length} server scenarios`);
    for (const [index, line] of alone.entries()) {
      say(behind[index] === (expected.get(line) ?? line), `${line}; behind us ${behind[index]}`);
    }
  } finally {
    await proxy.stop();
    await edge.stop();
    await server.stop();
  }
}

process.exitCode = failed === 0 ? 0 : 1;
