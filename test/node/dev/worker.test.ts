import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { type KeyPair, keyPair } from "../../core/authorizer/world.ts";
import { type Edge, type Issuer, proven, provenHeaders, startEdge, startIssuer } from "./world.ts";

let upstream: Loopback;
let issuer: Issuer;
let edge: Edge;
let key: KeyPair;
let token: string;
const seen: IncomingHttpHeaders[] = [];
const withoutNonce = {
  possession: { enforcement: "required", maxAge: 60, nonceRequired: false, replayAllowed: false },
} as const;

beforeAll(async () => {
  upstream = await listen((request, response) => {
    seen.push(request.headers);
    response.end("from upstream");
  });
  issuer = await startIssuer();
  key = await keyPair();
  token = await issuer.accessToken(key.jkt);
  edge = await startEdge(proven(upstream.host, issuer.jwks));
});
afterAll(async () => {
  await edge?.stop();
  await issuer?.stop();
  await upstream?.stop();
});
beforeEach(() => {
  seen.length = 0;
});

const call = async (claims: Record<string, unknown> = {}) => {
  const url = `${edge.url}/api/x`;
  return fetch(`${url}?q=1`, { headers: await provenHeaders(key, token, url, claims) });
};

async function codeOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json();
  return typeof body === "object" && body !== null && "code" in body ? body.code : undefined;
}

async function liveNonce(): Promise<string> {
  const challenge = await call();
  expect(challenge.status).toBe(401);
  expect(challenge.headers.get("WWW-Authenticate")).toMatch(/^DPoP .*error="use_dpop_nonce"/);
  return challenge.headers.get("DPoP-Nonce") ?? "";
}

test("challenged, proven, allowed; the upstream sees an internal token it can verify", async () => {
  const response = await call({ nonce: await liveNonce() });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("from upstream");

  expect(seen).toHaveLength(1);
  expect(seen[0]?.dpop).toBeUndefined();
  const internal = seen[0]?.authorization?.replace(/^Bearer /, "") ?? "";
  const keys = createRemoteJWKSet(new URL(`${edge.url}/.well-known/jwks`));
  const { payload } = await jwtVerify(internal, keys, {
    issuer: "dpop-edge",
    audience: "upstream",
  });
  expect(payload.sub).toBe("alice");
});

test("of 200 copies of one proof sent at once exactly one passes", async () => {
  const url = `${edge.url}/api/x`;
  const headers = await provenHeaders(key, token, url, { nonce: await liveNonce() });
  const copies = Array.from({ length: 200 }, async () => {
    const response = await fetch(url, { headers });
    return response.status === 200 ? response.text() : codeOf(response);
  });
  const answers = await Promise.all(copies);
  expect(answers.filter((answer) => answer === "from upstream")).toHaveLength(1);
  expect(answers.filter((answer) => answer === "proof.replayed")).toHaveLength(199);
  expect(seen).toHaveLength(1);
});

test("each request logs one line, and nothing secret", async () => {
  const nonce = await liveNonce();
  const headers = await provenHeaders(key, token, `${edge.url}/api/x`, { nonce });
  const answers = [
    await fetch(`${edge.url}/api/x?secret=1`, { headers }),
    await fetch(`${edge.url}/api/x?secret=1`, { headers }),
    await fetch(`${edge.url}/elsewhere?secret=1`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 401]);
  // A line comes after its answer: those of earlier requests may still be on their way.
  const ids = answers.map((answer) => answer.headers.get("X-Request-Id") ?? "none");
  const linesOf = (id: string) => edge.lines.filter((line) => line.includes(id));
  await vi.waitFor(() => expect(ids.map((id) => linesOf(id).length)).toEqual([1, 1, 1]));
  const lines = ids.flatMap(linesOf);
  const events = lines.map((line) => JSON.parse(line));
  expect(events.map(({ outcome, code }) => code ?? outcome)).toEqual([
    "allow",
    "proof.replayed",
    "rule.unauthorized",
  ]);
  expect(events[0]).toMatchObject({ rule: "upstream:api", client: "agent", alg: "ES256" });
  const told = lines.join("\n");
  const internal = seen[0]?.authorization?.replace(/^Bearer /, "");
  for (const secret of [token, headers.DPoP, nonce, "secret=1", internal, key.publicJwk.x])
    expect(told).not.toContain(secret);
});

describe("/.well-known/jwks", () => {
  const keysUrl = () => `${edge.url}/.well-known/jwks`;

  test("GET: the public keys, cacheable", async () => {
    const response = await fetch(keysUrl());
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("application/jwk-set+json");
    expect(response.headers.get("Cache-Control")).toMatch(/^public, max-age=\d+$/);
    const text = await response.text();
    expect(JSON.parse(text)).toEqual({
      keys: [expect.objectContaining({ kty: "EC", kid: "edge", alg: "ES256" })],
    });
    expect(text).not.toContain('"d"');
  });

  test("HEAD: without a body", async () => {
    const response = await fetch(keysUrl(), { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("%s: not allowed", async (method) => {
    const response = await fetch(keysUrl(), { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")).toBe("GET, HEAD");
  });
});

test("a store kept on disk remembers across a restart", async () => {
  const persist = await mkdtemp(join(tmpdir(), "dpop-edge-"));
  const settings = proven(upstream.host, issuer.jwks, withoutNonce);
  try {
    const first = await startEdge(settings, { persist });
    const port = Number(new URL(first.url).port);
    const headers = await provenHeaders(key, token, `${first.url}/api/x`);
    expect((await fetch(`${first.url}/api/x`, { headers })).status).toBe(200);
    await first.stop();

    const second = await startEdge(settings, { persist, port });
    const again = await fetch(`${second.url}/api/x`, { headers });
    expect(again.status).toBe(401);
    expect(await again.json()).toMatchObject({ code: "proof.replayed" });
    await second.stop();
  } finally {
    await rm(persist, { recursive: true });
  }
});

test("cold requests share one fetch of the issuer's keys, though the one that began it left", async () => {
  const slow = await startIssuer(500);
  const slowToken = await slow.accessToken(key.jkt);
  const cold = await startEdge(proven(upstream.host, slow.jwks, withoutNonce));
  const url = `${cold.url}/api/x`;
  const headers = () => provenHeaders(key, slowToken, url);
  try {
    const leaver = connect(Number(new URL(cold.url).port), "127.0.0.1");
    const lines = Object.entries(await headers()).map(([name, value]) => `${name}: ${value}\r\n`);
    leaver.write(`GET /api/x HTTP/1.1\r\nHost: ${new URL(cold.url).host}\r\n${lines.join("")}\r\n`);
    await expect.poll(slow.asked).toBe(1);
    const others = Array.from({ length: 20 }, async () => fetch(url, { headers: await headers() }));
    leaver.resetAndDestroy();
    const statuses = (await Promise.all(others)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
    expect(slow.asked()).toBe(1);
  } finally {
    await cold.stop();
    await slow.stop();
  }
});

test("without its secrets it refuses, says so to the log and nothing to the client", async () => {
  const bare = await startEdge(proven(upstream.host, issuer.jwks), { secrets: {} });
  try {
    const headers = await provenHeaders(key, token, `${bare.url}/api/x`, { nonce: "any" });
    for (const [path, init] of [
      ["/api/x", { headers }],
      ["/.well-known/jwks", {}],
    ] as const) {
      const response = await fetch(`${bare.url}${path}`, init);
      expect(response.status).toBe(500);
      const body = await response.text();
      expect(JSON.parse(body)).toMatchObject({ code: "internal" });
      expect(body).not.toMatch(/DPOP_NONCE_KEYS|SIGNING_KEYS/);
    }
    expect(bare.lines.join("\n")).toMatch(/DPOP_NONCE_KEYS/);
    expect(bare.lines.join("\n")).toMatch(/SIGNING_KEYS/);
  } finally {
    await bare.stop();
  }
});
