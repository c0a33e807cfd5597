import { describe, expect, onTestFinished, test } from "vitest";
import { DemoProcess } from "./process.ts";

// The demos beside `npm run demo`, used as a newcomer uses them.
test.each([
  ["demo:aws", "demo/aws/main.ts"],
  ["demo:mcp", "demo/mcp/main.ts"],
  ["demo:migration", "demo/migration-main.ts"],
])("npm run %s says what it is, and which flags there are", async (command, script) => {
  const [asked, wrong] = await Promise.all(
    ["--help", "--jsn"].map((flag) => new DemoProcess([flag], {}, script).ended()),
  );
  expect(asked).toMatchObject({ code: 0, stderr: "" });
  expect(asked?.stdout).toContain(`Usage: npm run ${command}`);
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong?.stderr).toContain("--json and --help");
});

describe("npm run demo:mcp leaves nothing behind", () => {
  test.each([
    ["when it is interrupted", 130, (running: DemoProcess) => running.signal("SIGINT")],
    ["when nobody reads on", 0, (running: DemoProcess) => running.readNoMore()],
  ])("%s", async (_name, expected, disturb) => {
    const demo = new DemoProcess([], {}, "demo/mcp/main.ts");
    onTestFinished(() => demo.kill());
    await demo.said("An agent knows one URL");
    disturb(demo);
    const { code, stderr } = await demo.ended();
    expect(stderr).toBe("");
    expect(code).toBe(expected);
    expect(await demo.leftovers()).toEqual([]);
  });
});
