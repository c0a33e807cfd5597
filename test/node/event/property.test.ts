import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  clientKey,
  createWorld,
  dpopProof,
  noNonce,
  origin,
  request,
} from "../../core/authorizer/world.ts";

const schema: unknown = JSON.parse(
  readFileSync(new URL("../../../schema/event.schema.json", import.meta.url), "utf8"),
);
if (typeof schema !== "object" || schema === null) throw new Error("no schema");
const fits = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(
  schema,
);

const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const secrets = {
  cookie: "s3cret-c00kie",
  query: "s3cret-query",
  nonce: "s3cret-nonce-of-somebody",
};

/** Anything that a person or an attacker might write there, control characters and markup included. */
const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "",
    "\u0000",
    "a\nb\r\n",
    "\u001b[31m",
    "\u202e",
    "\u2028",
    '{"outcome":"allow"}',
    "x".repeat(600),
  ),
);
const claims = fc.dictionary(
  fc.constantFrom("htm", "htu", "jti", "iat", "ath"),
  fc.oneof(odd, fc.integer(), fc.constant(`${origin}/api/x?token=${secrets.query}`)),
  { maxKeys: 2 },
);
const identity = fc.dictionary(fc.constantFrom("sub", "client_id", "iss", "scope", "jti"), odd, {
  maxKeys: 2,
});
const path = fc.constantFrom(
  "/api/x",
  "/api//x",
  "/elsewhere",
  "/api/%00",
  "/api/a%2fb",
  "/api/TOKEN",
  "/api/PROOF",
  "/api/\u0007",
);
const fault = fc.constantFrom("none", "none", "secrets", "issuer", "store");
const sent = fc.record({
  claims,
  identity,
  path,
  fault,
  odd,
  method: fc.oneof(fc.constant("GET"), odd),
  scheme: fc.constantFrom("DPoP", "Bearer", "dpop", "Basic"),
  proof: fc.constantFrom("sent", "sent", "none", "twice", "TOKEN"),
  id: fc.option(odd, { nil: undefined }),
  problem: fc.option(fc.constantFrom("late" as const, "unreachable" as const), { nil: undefined }),
});

test("whatever is sent and whatever fails: each line fits the schema, and tells no secret", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(sent, async (given) => {
      const world = createWorld(noNonce, given.fault === "store" ? () => broken : undefined);
      const { cnf } = { cnf: { jkt: clientKey.jkt } };
      const token = await world.accessToken({ cnf, ...given.identity });
      const nonce = secrets.nonce;
      const made = { nonce: given.claims.jti === undefined ? undefined : nonce, ...given.claims };
      const proof = await dpopProof(clientKey, token, world.clock.seconds, made);
      if (given.fault === "secrets") for (const name in world.secrets) world.secrets[name] = "{bad";
      if (given.fault === "issuer") world.jwks = async () => Promise.reject(new Error(token));
      const proofs = { sent: proof, none: undefined, twice: `${proof}, ${proof}`, TOKEN: token };
      const field = proofs[given.proof];
      const headers = {
        Authorization: `${given.scheme} ${token}`,
        Cookie: `session=${secrets.cookie}`,
        ...(field === undefined ? {} : { DPoP: field }),
        ...headerOf("traceparent", given.odd),
        ...headerOf("X-Request-Id", given.odd),
      };
      const asked = given.path.replace("TOKEN", token).replace("PROOF", proof);
      const { end } = await world.authorizer.decide(
        request(headers, {
          method: given.method,
          url: `${origin}${asked}?q=${secrets.query}`,
          ...(given.id === undefined ? {} : { id: given.id }),
        }),
      );
      await end(given.problem ? { status: 502, upstream: { problem: given.problem } } : {});
      const line = JSON.stringify(world.events[0]);
      expect(world.events).toHaveLength(1);
      expect(fits(JSON.parse(line)), `${line} ${JSON.stringify(fits.errors)}`).toBe(true);
      expect(line).not.toMatch(control);
      for (const text of textsOf(JSON.parse(line))) expect(text).not.toMatch(control);
      const parts = [token, proof].flatMap((jwt) => jwt.split(".").slice(1));
      const keys = ["A".repeat(43), clientKey.publicJwk.x ?? "", clientKey.jkt];
      for (const secret of [...parts, ...keys, ...Object.values(secrets)])
        expect(line).not.toContain(secret);
      const { outcome, code } = world.events[0] ?? {};
      if (outcome === "refuse")
        expect(JSON.parse(line)).toMatchObject({
          expected: expect.stringMatching(/./),
          found: expect.stringMatching(/./),
        });
      seen.add(code ?? outcome ?? "");
    }),
    { numRuns: 150 },
  );
  expect(seen.size).toBeGreaterThan(8);
});

const broken = { claim: async () => Promise.reject(new Error("unreachable")) };

/** What a platform would take as a header. */
function headerOf(name: string, value: string): Record<string, string> {
  try {
    return Object.fromEntries(new Headers({ [name]: value }));
  } catch {
    return {};
  }
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
