import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserIsMissing, openSite, type Site } from "./chromium-world.ts";

// oidc-client-ts as it is published, with its own keys in IndexedDB, calling as its documentation
// has it: it makes the proofs, and leaves nonce and retry to its user.
const source = `
  import { IndexedDbDPoPStore, User, UserManager } from "oidc-client-ts";

  const dpop = { store: new IndexedDbDPoPStore(), bind_authorization_code: true };
  const manager = new UserManager({
    authority: location.origin,
    client_id: "web",
    redirect_uri: location.origin,
    dpop,
  });

  let nonce;
  async function attempt(user, url) {
    const response = await fetch(url, {
      headers: {
        Authorization: user.token_type + " " + user.access_token,
        DPoP: await manager.dpopProof(url, user, "GET", nonce),
      },
    });
    const challenge = response.headers.get("WWW-Authenticate");
    nonce = response.headers.get("DPoP-Nonce") ?? nonce;
    return { status: response.status, challenge };
  }

  globalThis.call = async (times) => {
    const jkt = await manager.generateDPoPJkt(dpop);
    const access_token = await (await fetch("/token?jkt=" + jkt)).text();
    const user = new User({ access_token, token_type: "DPoP", profile: { sub: "alice" } });
    const answers = [];
    for (let n = 0; n < times; n += 1) answers.push(await attempt(user, EDGE + "/api/" + n));
    return answers;
  };`;

describe.skipIf(browserIsMissing)("oidc-client-ts in Chromium", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(source);
  });
  afterAll(() => site?.stop());

  test("reads the challenge across origins, and passes with its nonce", async () => {
    const page = await site.open();
    expect(await page.evaluate("call(3)")).toEqual([
      { status: 401, challenge: expect.stringMatching(/^DPoP .*error="use_dpop_nonce"/) },
      { status: 200, challenge: null },
      { status: 200, challenge: null },
    ]);
  });
});
