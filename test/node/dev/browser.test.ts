import { afterAll, beforeAll, expect, test } from "vitest";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { type KeyPair, keyPair } from "../../core/authorizer/world.ts";
import { type Edge, type Issuer, proven, provenHeaders, startEdge, startIssuer } from "./world.ts";

// What a browser on another origin gets to see, CORS being configured.

const page = "https://app.example";
const cors = {
  allowedOrigins: [page],
  allowedMethods: ["GET", "POST"],
  allowedHeaders: ["Authorization", "DPoP"],
  exposedHeaders: ["X-Total"],
  allowCredentials: false,
};

let upstream: Loopback;
let issuer: Issuer;
let edge: Edge;
let key: KeyPair;
let calls = 0;

beforeAll(async () => {
  upstream = await listen((request, response) => {
    calls += 1;
    if (request.url === "/api/broken") return void request.socket.destroy();
    response.writeHead(200, { "X-Total": "7", "Access-Control-Allow-Origin": "*", Vary: "Accept" });
    response.end("ok");
  });
  issuer = await startIssuer();
  key = await keyPair();
  edge = await startEdge(proven(upstream.host, issuer.jwks, {}, { cors }));
});
afterAll(async () => {
  await edge?.stop();
  await issuer?.stop();
  await upstream?.stop();
});

async function call(path: string, nonce?: string): Promise<Response> {
  const url = `${edge.url}${path}`;
  const token = await issuer.accessToken(key.jkt);
  const credentials = await provenHeaders(key, token, url, nonce === undefined ? {} : { nonce });
  return fetch(url, { headers: { ...credentials, Origin: page } });
}

function expectReadable({ headers }: Response): void {
  expect(headers.get("Access-Control-Allow-Origin")).toBe(page);
  expect(headers.get("Access-Control-Expose-Headers")).toBe(
    "DPoP-Nonce, WWW-Authenticate, X-Request-Id, X-Total",
  );
  expect(headers.get("Vary")).toMatch(/\bOrigin\b/);
}

test("a preflight is answered at the edge, without credentials", async () => {
  const before = calls;
  const response = await fetch(`${edge.url}/api/x`, {
    method: "OPTIONS",
    headers: {
      Origin: page,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization,dpop",
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get("Access-Control-Allow-Origin")).toBe(page);
  expect(response.headers.get("Access-Control-Allow-Methods")).toBe("GET, POST");
  expect(response.headers.get("Access-Control-Allow-Headers")).toBe("Authorization, DPoP");
  expect(calls).toBe(before);
});

test("a challenge, a success, a refusal and a failing upstream can all be read", async () => {
  const challenge = await call("/api/x");
  expect(challenge.status).toBe(401);
  expectReadable(challenge);
  const nonce = challenge.headers.get("DPoP-Nonce") ?? "";

  const success = await call("/api/x", nonce);
  expect(success.status).toBe(200);
  expectReadable(success);
  expect(success.headers.get("Vary")).toMatch(/\bAccept\b/);

  const refusal = await call("/api/x", "forged");
  expect(refusal.status).toBe(401);
  expectReadable(refusal);

  const failure = await call("/api/broken", nonce);
  expect(failure.status).toBe(502);
  expectReadable(failure);
  expect(await failure.json()).toMatchObject({ status: 502 });

  const unmatched = await fetch(`${edge.url}/elsewhere`, { headers: { Origin: page } });
  expect(unmatched.status).toBe(401);
  expectReadable(unmatched);
});

test("another page is told nothing", async () => {
  const response = await fetch(`${edge.url}/api/x`, {
    headers: { Origin: "https://evil.example" },
  });
  expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
  expect(response.headers.get("Vary")).toMatch(/\bOrigin\b/);
});
