import { type Demo, perform } from "../perform.ts";
import { keepingSignals } from "../signal.ts";
import { type Agent, createAgent, transportOf } from "./agent.ts";
import { startStage } from "./stage.ts";
import { attempts } from "./thief.ts";

const usage = `Usage: npm run demo:mcp -- [flags]

An agent calls the tools of an MCP server through the Worker, and a thief who has read its log does
not (docs/agents.md). Ends with 1 if anything is not as it is said.

  --json   print one JSON object in place of the lines
  --help   this

Example: npm run demo:mcp
`;

/** What was done, and whether it came as it must. */
type Step = (text: string, holds: () => Promise<boolean>) => Promise<void>;

const run: Demo["run"] = async ({ stops, paint, write }) => {
  const steps: { readonly text: string; readonly ok: boolean }[] = [];
  const step: Step = async (text, holds) => {
    const ok = await holds().catch(() => false);
    steps.push({ text, ok });
    const verdict = ok ? paint("green", "as it must be") : paint("red", "NOT AS IT MUST BE");
    write(`  ${text.padEnd(76)}  ${verdict}\n`);
  };
  const { url, issuer } = await keepingSignals(() => startStage(stops));
  write(`\nAn agent knows one URL: ${url}\n\n`);
  const agent = createAgent(url, issuer.url);
  await walk(agent, url, step);
  write("\nIts log is read by a thief: tokens, proofs and the session's id.\n\n");
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
  const failed = steps.filter(({ ok }) => !ok).length;
  write(failed === 0 ? "\nEverything was as it must be.\n" : `\n${failed} steps were not.\n`);
  return { steps, ok: failed === 0 };
};
process.exitCode = await perform(process.argv.slice(2), { usage, run });

async function walk(agent: Agent, url: string, step: Step): Promise<void> {
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
