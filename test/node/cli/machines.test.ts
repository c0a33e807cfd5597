import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, test, vi } from "vitest";
import { waitingFor } from "../../../cli/terminal/waiting.ts";
import { cli, root } from "./run-cli.ts";

describe("for machines", () => {
  test.each([
    ["master-key", "DPOP_NONCE_KEYS", '"oct"'],
    ["signing-key", "SIGNING_KEY_PEM", "-----BEGIN PRIVATE KEY-----"],
  ])("secret %s --json", async (kind, name, holds) => {
    const { stdout } = await cli(["secret", kind, "--json"]);
    expect(JSON.parse(stdout)).toEqual({ name, secret: expect.stringContaining(holds) });
  });

  test.each([
    ["an unknown option", ["check", "--confg", "x", "--json"], "--confg"],
    ["a missing one", ["fetch", "https://a.example", "--json"], "--key"],
    ["a folder that is not there", ["check", "--config", "nowhere", "--json"], "nowhere"],
    ["a port that is none", ["dev", "--port", "http", "--json"], "--port"],
  ])("%s is said on stdout too", async (_, args, says) => {
    const { code, stdout } = await cli(args);
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      { ok: false, error: expect.stringContaining(says) },
    ]);
  });

  test("whoever stops reading is no error", async () => {
    const child = spawn("sh", [
      "-c",
      `"${process.execPath}" "${root}cli/main.ts" keygen --json --alg RSA | true`,
    ]);
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += chunk));
    expect(await once(child, "close")).toEqual([0, null]);
    expect(stderr).toBe("");
  });
});

describe("progress", () => {
  afterEach(() => void vi.unstubAllGlobals());

  test.each([
    [
      "on a terminal, after a second, and taken away",
      true,
      ["\r\x1b[Kwaiting for a.example, 1 s", "\r\x1b[Kwaiting for a.example, 2 s", "\r\x1b[K"],
    ],
    ["not elsewhere", false, []],
  ])("%s", async (_, isTTY, written) => {
    vi.useFakeTimers();
    const write = vi.fn(() => true);
    vi.stubGlobal("process", { ...process, stderr: { isTTY, write } });
    const answer = new Promise((resolve) => setTimeout(() => resolve("answer"), 2500));
    const waited = waitingFor("a.example", answer);
    await vi.advanceTimersByTimeAsync(2500);
    expect(await waited).toBe("answer");
    expect(write.mock.calls.flat()).toEqual(written);
    vi.useRealTimers();
  });
});
