import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { gatewayResponse } from "../../../demo/aws/gateway-responses.ts";
import { root } from "./template.ts";

const run = promisify(execFile);

test("npm run demo:aws: everything honest passes, every attack is caught, nothing stays behind", async () => {
  const left = async () =>
    (await readdir(join(root, "build/aws"))).filter((name) => /^demo-/.test(name));
  const before = await left();
  const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1" };
  const { stdout, stderr } = await run(process.execPath, ["demo/aws/main.ts"], { cwd: root, env });
  expect(stderr).toBe("");
  expect(stdout).toContain("Everything honest passed; 15 of 15 attacks caught.");
  expect(stdout).toMatch(/50 copies at once .* 1 x 200, 49 x 401 .* proof\.replayed .* caught\n/);
  expect(stdout).toMatch(/challenge {2}401 by the ACCESS_DENIED response: error="use_dpop_nonce"/);
  expect(stdout).toContain("The emulator has no gateway responses");
  expect(stdout).not.toContain("NOT ");
  expect(await left()).toEqual(before);
}, 60_000);

describe("the gateway responses, as the template says them", () => {
  const exposed = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "DPoP-Nonce, WWW-Authenticate, X-Request-Id",
    "Cache-Control": "no-store",
    "Content-Type": "application/json",
    "X-Request-Id": "r1",
  };

  test("a denial", () => {
    const context = {
      wwwAuthenticate: 'DPoP error="use_dpop_nonce"',
      dpopNonce: "n1",
      error: "use_dpop_nonce",
      errorDescription: "Says why.",
      code: "nonce.missing",
    };
    expect(gatewayResponse({ kind: "policy", context }, "r1")).toEqual({
      status: 401,
      headers: {
        ...exposed,
        "WWW-Authenticate": 'DPoP error="use_dpop_nonce"',
        "DPoP-Nonce": "n1",
      },
      body: '{"error":"use_dpop_nonce","error_description":"Says why.","code":"nonce.missing","request_id":"r1"}',
    });
    const { dpopNonce: _, ...without } = context;
    expect(gatewayResponse({ kind: "policy", context: without }, "r1").headers).not.toHaveProperty(
      "DPoP-Nonce",
    );
  });

  test("a refusal by policy", () => {
    expect(gatewayResponse({ kind: "error", message: "Unauthorized" }, "r1")).toEqual({
      status: 403,
      headers: { ...exposed, "WWW-Authenticate": 'DPoP error="insufficient_scope"' },
      body: '{"error":"insufficient_scope","error_description":"The access token does not permit this.","code":"policy","request_id":"r1"}',
    });
  });

  test("a failure", () => {
    expect(gatewayResponse({ kind: "error", message: "replay.unavailable: ..." }, "r1")).toEqual({
      status: 503,
      headers: { ...exposed, "Retry-After": "5" },
      body: '{"error_description":"Requests cannot be checked at the moment.","code":"unavailable","request_id":"r1"}',
    });
  });
});
