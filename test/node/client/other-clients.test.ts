import * as dpop from "dpop";
import * as oauth from "oauth4webapi";
import { describe, expect, test } from "vitest";
import { parseEcho } from "../../../demo/echo.ts";
import { agentClient } from "../../../demo/issuer.ts";
import { member } from "../../../demo/wire.ts";
import { endToEnd } from "../end-to-end/stage.ts";

// Other people's clients, as they are published, against the Worker and the issuer.
// openid-client is in end-to-end.test.ts.
const edge = endToEnd();

describe("oauth4webapi", () => {
  const insecure = { [oauth.allowInsecureRequests]: true };

  async function loggedIn() {
    const issuer = new URL(edge.stage.issuer.url);
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, insecure),
    );
    const client: oauth.Client = { client_id: agentClient.client_id };
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
    const grant = async () =>
      oauth.processClientCredentialsResponse(
        server,
        client,
        await oauth.clientCredentialsGrantRequest(
          server,
          client,
          oauth.ClientSecretPost(agentClient.client_secret),
          { scope: "read", resource: edge.stage.origin },
          { DPoP, ...insecure },
        ),
      );
    const { access_token: token } = await retried(grant);
    return { DPoP, token };
  }

  /** As its documentation has it. */
  function retried<Result>(attempt: () => Promise<Result>): Promise<Result> {
    return attempt().catch((error: unknown) => {
      if (oauth.isDPoPNonceError(error)) return attempt();
      throw error;
    });
  }

  test("passes on the retry that it leaves to its user", async () => {
    const { DPoP, token } = await loggedIn();
    let calls = 0;
    const call = (path: string) => {
      calls += 1;
      const url = new URL(edge.at(path));
      return oauth.protectedResourceRequest(token, "GET", url, undefined, null, {
        DPoP,
        ...insecure,
      });
    };
    const response = await retried(() => call("/api/orders"));
    expect(parseEcho(await response.text()).caller).toMatchObject({ sub: "agent" });
    expect(calls).toBe(2);
    expect((await call("/api/orders/2")).status).toBe(200);
  });
});

describe("dpop", () => {
  test.each(["ES256", "Ed25519"] as const)("makes %s proofs that pass", async (alg) => {
    const keys = await dpop.generateKeyPair(alg);
    const tokenUrl = `${edge.stage.issuer.url}/token`;
    const body = new URLSearchParams({
      ...agentClient,
      grant_type: "client_credentials",
      scope: "read",
      resource: edge.stage.origin,
    });
    const ask = async (nonce?: string) =>
      fetch(tokenUrl, {
        method: "POST",
        headers: { DPoP: await dpop.generateProof(keys, tokenUrl, "POST", nonce) },
        body,
      });
    const nonce = (await ask()).headers.get("DPoP-Nonce") ?? "";
    const token = member(await (await ask(nonce)).text(), "access_token") ?? "";
    const url = edge.at("/api/orders");
    const call = async (edgeNonce?: string) =>
      fetch(url, {
        headers: {
          Authorization: `DPoP ${token}`,
          DPoP: await dpop.generateProof(keys, url, "GET", edgeNonce, token),
        },
      });
    const challenge = await call();
    expect(challenge.status).toBe(401);
    expect(challenge.headers.get("WWW-Authenticate")).toMatch(/^DPoP .*error="use_dpop_nonce"/);
    expect((await call(challenge.headers.get("DPoP-Nonce") ?? "")).status).toBe(200);
  });
});
