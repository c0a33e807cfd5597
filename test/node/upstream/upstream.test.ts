import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, describe, expect, test } from "vitest";
import {
  createVerifier,
  internalClaims,
  requireInternalToken,
} from "../../../src/upstream/index.ts";

const stops: Array<() => void> = [];
afterAll(() => {
  for (const stop of stops) stop();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

const audience = "https://upstream.example";

async function signer(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" };
  const token = () =>
    new SignJWT({})
      .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
      .setIssuer("dpop-edge")
      .setSubject("alice")
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime("1m")
      .sign(privateKey);
  return { publicJwk, token };
}

describe("a service behind the edge", () => {
  test("lets in who has an internal token, and nobody else", async () => {
    const { publicJwk, token } = await signer("edge");
    let asked = 0;
    const edge = await serve((_, response) => {
      asked += 1;
      response.end(JSON.stringify({ keys: [publicJwk] }));
    });
    const guard = requireInternalToken(
      createVerifier({ jwksUrl: `${edge}/.well-known/jwks`, audience }),
    );
    const service = await serve((request, response) =>
      guard(request, response, () => response.end(`hello ${internalClaims(request)?.sub}`)),
    );

    const headers = { Authorization: `Bearer ${await token()}` };
    const inside = await fetch(service, { headers });
    expect([inside.status, await inside.text()]).toEqual([200, "hello alice"]);
    await fetch(service, { headers });
    expect(asked).toBe(1);

    const direct = await fetch(service);
    expect(direct.status).toBe(401);
    expect(direct.headers.get("www-authenticate")).toBe("Bearer");
    expect(direct.headers.get("cache-control")).toBe("no-store");
    expect(await direct.json()).toMatchObject({ code: "token.missing" });

    const forged = await (await signer("edge")).token();
    const refused = await fetch(service, { headers: { Authorization: `Bearer ${forged}` } });
    expect([refused.status, await refused.json()]).toEqual([
      401,
      expect.objectContaining({ code: "token.signature" }),
    ]);
  });

  test("answers 503 while the edge is down, and heals", async () => {
    const { publicJwk, token } = await signer("edge");
    let up = false;
    const edge = await serve((_, response) => {
      response.statusCode = up ? 200 : 502;
      response.end(JSON.stringify({ keys: [publicJwk] }));
    });
    const guard = requireInternalToken(createVerifier({ jwksUrl: edge, audience }));
    const service = await serve((request, response) =>
      guard(request, response, () => response.end()),
    );
    const call = async () =>
      fetch(service, { headers: { Authorization: `Bearer ${await token()}` } });
    const down = await call();
    expect([down.status, down.headers.get("www-authenticate")]).toEqual([503, null]);
    expect(await down.json()).toMatchObject({ code: "keys.unavailable" });
    up = true;
    expect((await call()).status).toBe(200);
  });

  test("does not wait for keys for ever", async () => {
    const { token } = await signer("edge");
    const edge = await serve(() => {});
    const verifier = createVerifier({ jwksUrl: edge, audience, timeout: 50 });
    expect(await verifier.verify(`Bearer ${await token()}`)).toMatchObject({
      ok: false,
      failure: { code: "keys.unavailable" },
    });
  });
});
