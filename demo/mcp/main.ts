// npm run demo:mcp: an agent calls the tools of an MCP server through the Worker, and a thief who has
// read its log does not. Exit code 1 where anything is not as it is said.
import { createPaint } from "../paint.ts";
import { createStops } from "../stops.ts";
import { type Agent, createAgent, transportOf } from "./agent.ts";
import { startStage } from "./stage.ts";
import { attempts } from "./thief.ts";

const paint = createPaint(process.stdout.isTTY === true, process.env);
const stops = createStops();
let failed = 0;

/** One line a step: what was done, and whether it came as it must. */
async function step(text: string, holds: () => Promise<boolean>): Promise<void> {
  const good = await holds().catch(() => false);
  if (!good) failed += 1;
  const verdict = good ? paint("green", "as it must be") : paint("red", "NOT AS IT MUST BE");
  process.stdout.write(`  ${text.padEnd(82)} ${verdict}\n`);
}

try {
  const { url, issuer } = await startStage(stops);
  process.stdout.write(`\nAn agent knows one URL: ${url}\n\n`);
  const agent = createAgent(url, issuer.url);
  await walk(agent, url);
  process.stdout.write("\nIts log is read by a thief: tokens, proofs and the session's id.\n\n");
  for (const { name, expected, status } of await attempts(url, agent)) {
    await step(`${name}: ${expected}`, async () => (await status()) === expected);
  }
  await step("and the agent goes on", async () => {
    const { content } = await agent.client.callTool({
      name: "echo",
      arguments: { message: "still here" },
    });
    return JSON.stringify(content).includes("still here");
  });
  await agent.client.close();
} finally {
  await stops.all();
}
process.stdout.write(
  failed === 0 ? "\nEverything was as it must be.\n" : `\n${failed} steps were not.\n`,
);
process.exitCode = failed === 0 ? 0 : 1;

async function walk(agent: Agent, url: string): Promise<void> {
  const { client, log } = agent;
  await step("it is challenged, reads whose tokens are good, logs in and connects", async () => {
    await client.connect(transportOf(url, agent));
    return log[0]?.headers.has("Authorization") === false && (await agent.token()) !== "";
  });
  await step("it is shown the tools that it may use, and no others", async () => {
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name).toSorted();
    return names.join() === "echo,get-sum,trigger-long-running-operation";
  });
  await step("it calls a tool", async () => {
    const { content } = await client.callTool({ name: "get-sum", arguments: { a: 20, b: 22 } });
    return JSON.stringify(content).includes("42");
  });
  await step("twenty at once, each with a proof of its own", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        client.callTool({ name: "echo", arguments: { message: `${n}` } }),
      ),
    );
    const proofs = log.flatMap(({ headers }) => headers.get("DPoP") ?? []);
    return answers.length === 20 && new Set(proofs).size === proofs.length && proofs.length > 20;
  });
  await step("it hears how a long call goes on, while it does", async () => {
    const heard: number[] = [];
    const long = { name: "trigger-long-running-operation", arguments: { duration: 0.6, steps: 3 } };
    await client.callTool(long, undefined, {
      onprogress: ({ progress }) => void heard.push(progress),
    });
    return heard.length > 0;
  });
  await step("a tool that nobody may call is refused", async () => {
    const called = client.callTool({ name: "get-env", arguments: {} });
    return await called.then(
      () => false,
      (error: unknown) => String(error).includes("policy.denied"),
    );
  });
  await step("a tool that needs another scope is refused, asked for, and granted", async () => {
    const before = await agent.token();
    await client.callTool({ name: "toggle-simulated-logging", arguments: {} });
    return (await agent.token()) !== before;
  });
  await step("now it is shown that tool too", async () => {
    const { tools } = await client.listTools();
    return tools.some(({ name }) => name === "toggle-simulated-logging");
  });
}
