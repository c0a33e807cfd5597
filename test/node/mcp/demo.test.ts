import { execFile } from "node:child_process";
import { expect, test } from "vitest";
import { root } from "../cli/run-cli.ts";

// The attacks on an MCP server behind the edge, and everything that an agent does: demo/mcp.
test("npm run demo:mcp: every step is as it must be", async () => {
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ["demo/mcp/main.ts"],
      { cwd: root },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: `${stdout}${stderr}` }),
    );
  });
  expect(output).not.toContain("NOT AS IT MUST BE");
  expect(output.match(/as it must be$/gm)).toHaveLength(19);
  expect(code).toBe(0);
  // What is narrated is no secret.
  expect(output).not.toMatch(/eyJ/);
});
