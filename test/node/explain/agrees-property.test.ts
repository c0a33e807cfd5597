import fc from "fast-check";
import { expect, test } from "vitest";
import { explain } from "../../../cli/explain/explain.ts";
import type { SentRequest } from "../../../cli/explain/sent-request.ts";
import { isJsonObject, parseJson } from "../../../src/jws/json.ts";
import { clientKey, createWorld, dpopProof, noNonce, origin } from "../../core/authorizer/world.ts";

// Whatever happens to a request on its way, `explain` neither throws nor thinks otherwise than the edge.

const world = createWorld(noNonce);
const token = await world.accessToken({ cnf: { jkt: clientKey.jkt } });
const jwks = parseJson(await (await world.jwks()).text());

/** One place of a text cut, replaced or repeated. */
const damaged = (text: string) =>
  fc
    .record({
      at: fc.nat(text.length),
      length: fc.nat(3),
      instead: fc.string({ maxLength: 4, unit: fc.constantFrom(...'aA0_-.=, {"\t\u00e9') }),
    })
    .map(({ at, length, instead }) => text.slice(0, at) + instead + text.slice(at + length));
const eitherWay = (text: string) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(text) }, { weight: 2, arbitrary: damaged(text) });

const part = fc.constantFrom("api", "x", "..", ".", "", "%2f", "%5c", "%zz", ";", "é", "a b");
const path = fc.oneof(
  fc.constant("/api/x"),
  fc.array(part, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`),
);

test("any damage: the same code", async () => {
  if (!isJsonObject(jwks)) throw new Error("no JWK set");
  const proof = await dpopProof(clientKey, token, world.clock.seconds);
  const codes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        authorization: eitherWay(`DPoP ${token}`),
        dpop: eitherWay(proof),
        url: fc.oneof(
          { weight: 4, arbitrary: path.map((each) => `${origin}${each}`) },
          { weight: 1, arbitrary: damaged(`${origin}/api/x`) },
        ),
        method: fc.constantFrom("GET", "GET", "GET", "POST", "OPTIONS", "get"),
      }),
      async ({ authorization, dpop, url, method }) => {
        const headers = new Headers({ Authorization: authorization, DPoP: dpop });
        const request: SentRequest = { method, url, headers };
        const fresh = createWorld(noNonce);
        fresh.jwks = world.jwks;
        const decision = await fresh.authorizer.authorize(request);
        const { requests } = await explain([request], {
          configuration: noNonce,
          jwks,
          secrets: (from) => ("binding" in from ? world.secrets[from.binding] : undefined),
          now: world.clock.seconds * 1000,
          clock: () => Number.NaN,
        });
        const code = "code" in decision ? decision.code : undefined;
        expect(requests[0]?.refused).toBe(code);
        codes.add(code ?? "allow");
      },
    ),
    { numRuns: 400 },
  );
  expect(codes.size).toBeGreaterThan(8);
});
