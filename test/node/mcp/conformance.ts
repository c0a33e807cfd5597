// npm run conformance:mcp: the public suite of the protocol, whole. Its client scenarios for
// authorization drive an agent on dpop-edge/client; its active server scenarios ask the reference
// server twice, alone and through `dpop-edge proxy` and the Worker, and must find the same.
import { startIssuer } from "../dev/world.ts";
import { clientScenarios, passesAsClient, serverResults } from "./suite.ts";
import { agentFiles, oneRule, startEverything, startMcpEdge, startProxy } from "./world.ts";

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

const [everything, issuer] = await Promise.all([startEverything(), startIssuer()]);
const edge = await startMcpEdge(issuer.jwks, oneRule(everything.host));
const files = await agentFiles(issuer.accessToken);
const proxy = await startProxy(edge.url, files);
try {
  const alone = await serverResults(`http://${everything.host}/mcp`);
  const behind = await serverResults(`${proxy.said}/mcp`);
  say(alone.length > 0, `${alone.length} server scenarios`);
  for (const [index, line] of alone.entries()) {
    say(behind[index] === (expected.get(line) ?? line), `${line}; behind us ${behind[index]}`);
  }
} finally {
  await proxy.stop();
  await edge.stop();
  await Promise.all([issuer.stop(), everything.stop()]);
  files.remove();
}
process.exitCode = failed === 0 ? 0 : 1;
