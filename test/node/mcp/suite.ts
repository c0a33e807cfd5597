import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root } from "../cli/run-cli.ts";

const suite = `${root}node_modules/@modelcontextprotocol/conformance/dist/index.js`;

/** What the public suite of the protocol says, a line a scenario; colours left out. */
export function runSuite(args: readonly string[]): Promise<{ code: number; output: string }> {
  // It writes its results where it is run.
  const cwd = mkdtempSync(join(tmpdir(), "dpop-edge-suite-"));
  return new Promise((resolve) => {
    const options = { cwd, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [suite, ...args], options, (_, stdout, stderr) => {
      rmSync(cwd, { recursive: true });
      const output = stripVTControlCharacters(`${stdout}${stderr}`);
      resolve({ code: child.exitCode ?? -1, output });
    });
  });
}

/** The scenarios that a server passes, and those that it does not: `name: passed/all`. */
export async function serverResults(url: string): Promise<readonly string[]> {
  const { output } = await runSuite(["server", "--url", url]);
  const summary = output.slice(output.lastIndexOf("SUMMARY"));
  return [...summary.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm)].map(
    ([, name, passed, failed]) => `${name}: ${passed} passed, ${failed} failed`,
  );
}

export const agentCommand = `${process.execPath} ${root}test/node/mcp/agent.ts`;

/** The suite's client scenarios for authorization that a client of ours is meant to pass. */
export async function clientScenarios(): Promise<readonly string[]> {
  const { output } = await runSuite(["list"]);
  const names = [...new Set(output.match(/auth\/[a-z0-9-]+/g) ?? [])];
  return names.filter((name) => !elsewhere.has(name));
}

/** Grants that are not what a client of ours is for: it has a key of its own in place of assertions. */
export const elsewhere: ReadonlySet<string> = new Set([
  "auth/client-credentials-jwt",
  "auth/enterprise-managed-authorization",
  "auth/wif-jwt-bearer",
]);

export async function passesAsClient(scenario: string): Promise<boolean> {
  const { output } = await runSuite(["client", "--command", agentCommand, "--scenario", scenario]);
  return output.includes("OVERALL: PASSED");
}
