import { describe, expect, test } from "vitest";
import type { JwtAuthenticator } from "../../../src/configuration.ts";
import {
  clientKey,
  createWorld,
  dpopProof,
  jwtAuthenticator,
  request,
  signedHeaders,
  type World,
  withAuthenticator,
} from "./world.ts";

const possession = { ...jwtAuthenticator.possession, nonceRequired: false };
const shadow = withAuthenticator({ possession: { ...possession, enforcement: "shadow" } });
const exempting = (enforcement: JwtAuthenticator["possession"]["enforcement"]) =>
  withAuthenticator({ possession: { ...possession, enforcement, confidentialClients: ["agent"] } });

type Headers = Record<string, string>;
const unbound = (world: World) => world.accessToken();

/** What a client sends, what `required` says of it, and whether shadow lets it pass. */
const rows: ReadonlyArray<
  readonly [what: string, (world: World) => Promise<Headers>, code: string, passes: boolean]
> = [
  [
    "an unbound token as Bearer",
    async (world) => ({ Authorization: `Bearer ${await unbound(world)}` }),
    "token.unbound",
    true,
  ],
  [
    "an unbound token as DPoP, without a proof",
    async (world) => ({ Authorization: `DPoP ${await unbound(world)}` }),
    "proof.missing",
    true,
  ],
  [
    "an unbound token as DPoP, with a proof",
    async (world) => {
      const token = await unbound(world);
      const DPoP = await dpopProof(clientKey, token, world.clock.seconds);
      return { Authorization: `DPoP ${token}`, DPoP };
    },
    "token.unbound",
    true,
  ],
  [
    "an unbound token as Bearer, with a proof",
    async (world) => ({ Authorization: `Bearer ${await unbound(world)}`, DPoP: "any" }),
    "credentials.malformed",
    true,
  ],
  [
    "a bound token as Bearer",
    async (world) => {
      const token = await world.accessToken({ cnf: { jkt: clientKey.jkt } });
      return { Authorization: `Bearer ${token}` };
    },
    "token.downgraded",
    false,
  ],
  [
    "a bound token without a proof",
    async (world) => {
      const token = await world.accessToken({ cnf: { jkt: clientKey.jkt } });
      return { Authorization: `DPoP ${token}` };
    },
    "proof.missing",
    false,
  ],
  [
    "a bound token with a proof for another URL",
    (world) => signedHeaders(world, { proof: { htu: "https://api.example.com/other" } }),
    "proof.htu",
    false,
  ],
  [
    "an unbound token that has expired",
    async (world) => {
      const token = await world.accessToken({ exp: world.clock.seconds - 60 });
      return { Authorization: `Bearer ${token}` };
    },
    "token.expired",
    false,
  ],
];

describe.each(rows)("%s", (_, headers, code, passes) => {
  test(`required: ${code}`, async () => {
    const world = createWorld(withAuthenticator({ possession }));
    const decision = await world.authorizer.authorize(request(await headers(world)));
    expect(decision).toMatchObject({ kind: "refuse", code });
    expect(world.events[0]).not.toHaveProperty("would", expect.anything());
  });

  test(passes ? `shadow: passes, and would be ${code}` : "shadow: refused too", async () => {
    const world = createWorld(shadow);
    const sent = { ...(await headers(world)), "X-Dpop-Edge-Would": "nothing" };
    const decision = await world.authorizer.authorize(request(sent));
    expect(decision.kind).toBe(passes ? "allow" : "refuse");
    if (decision.kind === "allow") {
      expect(decision.headers.get("X-Dpop-Edge-Would")).toBe(code);
      expect(decision.headers.has("DPoP")).toBe(false);
      expect(world.events[0]).toMatchObject({ outcome: "allow", would: code, client: "agent" });
    } else {
      expect(decision.code).toBe(code);
      expect(world.events[0]?.would).toBeUndefined();
    }
  });
});

test("in shadow a proven token passes unmarked, its proof is used up, and a client's own mark is dropped", async () => {
  const world = createWorld(shadow);
  const sent = { ...(await signedHeaders(world)), "X-Dpop-Edge-Would": "nothing" };
  const decision = await world.authorizer.authorize(request(sent));
  expect(decision.kind).toBe("allow");
  expect(decision.headers.has("X-Dpop-Edge-Would")).toBe(false);
  expect(await world.authorizer.authorize(request(sent))).toMatchObject({ code: "proof.replayed" });
});

test("in shadow a challenge names Bearer too", async () => {
  const decision = await createWorld(shadow).authorizer.authorize(request());
  expect(decision.headers.get("WWW-Authenticate")).toBe('DPoP algs="ES256 EdDSA", Bearer');
});

describe("confidential clients", () => {
  const bearer = async (world: World, claims: Record<string, unknown>) =>
    world.authorizer.authorize(
      request({ Authorization: `Bearer ${await world.accessToken(claims)}` }),
    );

  test.each(["required", "shadow"] as const)(
    "may go on with Bearer under %s, unmarked; no other client may",
    async (enforcement) => {
      const world = createWorld(exempting(enforcement));
      const passed = await bearer(world, { client_id: "agent" });
      expect(passed.kind).toBe("allow");
      expect(passed.headers.has("X-Dpop-Edge-Would")).toBe(false);
      for (const claims of [{ client_id: "web" }, { client_id: undefined }]) {
        const decision = await bearer(world, claims);
        if (enforcement === "required") expect(decision).toMatchObject({ code: "token.unbound" });
        else expect(decision.headers.get("X-Dpop-Edge-Would")).toBe("token.unbound");
      }
    },
  );

  test.each(rows.filter(([, , , passes]) => passes).filter(([what]) => !/as Bearer$/.test(what)))(
    "%s of theirs: shadow breaks nobody, and marks it; in earnest it is refused",
    async (_, headers, code) => {
      const world = createWorld(exempting("shadow"));
      const decision = await world.authorizer.authorize(request(await headers(world)));
      expect(decision.kind).toBe("allow");
      expect(decision.headers.get("X-Dpop-Edge-Would")).toBe(code);
      const earnest = createWorld(exempting("required"));
      const refused = await earnest.authorizer.authorize(request(await headers(earnest)));
      expect(refused).toMatchObject({ kind: "refuse", code });
    },
  );

  test("a bound token of theirs must be proven like any other", async () => {
    const decision = await bearer(createWorld(exempting("required")), {
      client_id: "agent",
      cnf: { jkt: clientKey.jkt },
    });
    expect(decision).toMatchObject({ code: "token.downgraded" });
  });
});
