import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { failures } from "../../../src/upstream/failure.ts";

const page = readFileSync(new URL("../../../docs/upstream.md", import.meta.url), "utf8");
const entry = new URL("../../../src/upstream/index.ts", import.meta.url).href;

test("the page's service runs as it is written", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "edge", alg: "ES256", use: "sig" }];
  const edge = createServer((_, response) => response.end(JSON.stringify({ keys })));
  edge.listen(0, "127.0.0.1");
  await once(edge, "listening");
  onTestFinished(() => {
    edge.closeAllConnections();
    edge.close();
  });
  const { port } = edge.address() as AddressInfo;

  const [, code = ""] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const runnable = code
    .replace('"dpop-edge/upstream"', JSON.stringify(entry))
    .replace(
      "https://api.example.com/.well-known/jwks",
      `http://127.0.0.1:${port}/.well-known/jwks`,
    )
    .replace(
      ".listen(8081)",
      '.listen(0, "127.0.0.1", function () { console.log(this.address().port); })',
    );
  expect(runnable).toContain("this.address()");
  const service = spawn(process.execPath, ["--input-type=module", "--eval", runnable], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    service.kill();
  });
  const [printed] = await once(service.stdout, "data");
  const url = `http://127.0.0.1:${String(printed).trim()}`;

  const token = await new SignJWT({ url: "https://api.example.com/api" })
    .setProtectedHeader({ alg: "ES256", kid: "edge", typ: "JWT" })
    .setIssuer("https://api.example.com")
    .setSubject("alice")
    .setAudience("https://upstream.example")
    .setIssuedAt()
    .setExpirationTime("1m")
    .sign(privateKey);
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  expect([answer.status, await answer.text()]).toEqual([
    200,
    "Hello alice, who asked for https://api.example.com/api.\n",
  ]);
  expect((await fetch(url)).status).toBe(401);
});

test("the page lists every failure, and no other", () => {
  const listed = [...page.matchAll(/^\| `((?:token|keys)\.\w+)` \| (\d+) \|/gm)].map(
    ([, code, status]) => [code, Number(status)],
  );
  expect(listed).toEqual(Object.entries(failures).map(([code, { status }]) => [code, status]));
});
