import { exportJWK } from "jose";
import type { Attack, Expected } from "./attack.ts";
import { proof, unsignedProof } from "./proof.ts";
import { presentAt, type Thief } from "./thief.ts";

const refused = (status: number, code: string): Expected => ({ status, code, passes: 0 });
const seconds = () => Math.floor(Date.now() / 1000);
const tenMinutes = 600;
const onlyTheEdge = "it speaks to no page";

/** Every attack of the demo; each spoils one thing in a request that would otherwise pass. */
export const attacks: readonly Attack<Thief>[] = [
  {
    name: "stolen token as Bearer",
    sent: "the victim's token, no proof",
    expected: refused(401, "token.downgraded"),
    attempt: async ({ resource, session, send }) => [
      await send(resource, { headers: { authorization: `Bearer ${session.accessToken}` } }),
    ],
  },
  {
    name: "stolen token, another key",
    sent: "a proof by the thief's key",
    expected: refused(401, "token.binding"),
    attempt: async ({ keys, resource, session, nonce, present }) => {
      const request = { method: "GET", url: resource, token: session.accessToken, nonce };
      return [await present(await proof(keys, request))];
    },
  },
  {
    name: "replayed proof",
    sent: "one proof, then again",
    expected: { status: 401, code: "proof.replayed", passes: 1 },
    attempt: async (thief) => {
      const copy = await thief.proof();
      return [await thief.present(copy), await thief.present(copy)];
    },
  },
  {
    name: "50 copies at once",
    sent: "one proof on 50 connections",
    expected: { status: 401, code: "proof.replayed", passes: 1 },
    attempt: async (thief) => {
      const copy = await thief.proof();
      return Promise.all(Array.from({ length: 50 }, () => thief.present(copy)));
    },
  },
  {
    name: "proof for another URL",
    sent: "htu .../api/other",
    expected: refused(401, "proof.htu"),
    attempt: async (thief) => {
      const url = new URL("/api/other", thief.resource).href;
      return [await thief.present(await thief.proof({ url }))];
    },
  },
  {
    name: "proof for another method",
    sent: "htm DELETE, with GET",
    expected: refused(401, "proof.htm"),
    attempt: async (thief) => [await thief.present(await thief.proof({ method: "DELETE" }))],
  },
  {
    name: "stale proof",
    sent: "iat ten minutes ago",
    expected: refused(401, "proof.iat"),
    attempt: async (thief) => {
      const iat = seconds() - tenMinutes;
      return [await thief.present(await thief.proof({}, { claims: { iat } }))];
    },
  },
  {
    name: "proof from the future",
    sent: "iat ten minutes ahead",
    expected: refused(401, "proof.iat"),
    attempt: async (thief) => {
      const iat = seconds() + tenMinutes;
      return [await thief.present(await thief.proof({}, { claims: { iat } }))];
    },
  },
  {
    name: "proof for another token",
    sent: "ath of the other token",
    expected: refused(401, "proof.ath"),
    attempt: async (thief) => [await thief.present(await thief.proof({ token: thief.otherToken }))],
  },
  {
    name: "forged nonce",
    sent: "a nonce by the thief's key",
    expected: refused(401, "nonce.invalid"),
    attempt: async (thief) => [
      await thief.present(await thief.proof({ nonce: thief.forgedNonce })),
    ],
  },
  {
    name: "expired nonce",
    sent: "edge's own key, 2 min ago",
    expected: refused(401, "nonce.expired"),
    attempt: async (thief) => [
      await thief.present(await thief.proof({ nonce: thief.expiredNonce })),
    ],
  },
  {
    name: "alg none",
    sent: "a proof without a signature",
    expected: refused(401, "proof.alg"),
    attempt: async ({ resource, session, nonce, present }) => {
      const request = { method: "GET", url: resource, token: session.accessToken, nonce };
      return [await present(await unsignedProof(session.keys, request))];
    },
  },
  {
    name: "symmetric alg",
    sent: "HS256 with the public key",
    expected: refused(401, "proof.alg"),
    attempt: async (thief) => {
      const jwk = JSON.stringify(await exportJWK(thief.session.keys.publicKey));
      const key = new TextEncoder().encode(jwk);
      return [await thief.present(await thief.proof({}, { header: { alg: "HS256" }, key }))];
    },
  },
  {
    name: "private key in the proof",
    sent: "jwk with its d",
    expected: refused(401, "proof.jwk"),
    beyondBrowsers: "no script can read the page's key",
    attempt: async (thief) => {
      const jwk = await exportJWK(thief.session.keys.privateKey);
      return [await thief.present(await thief.proof({}, { header: { jwk } }))];
    },
  },
  {
    name: "two proofs",
    sent: "two DPoP fields, both good",
    expected: refused(401, "proof.multiple"),
    beyondBrowsers: "browsers join fields",
    attempt: async (thief) => [await thief.present(await thief.proof(), await thief.proof())],
  },
  {
    name: "unmatched path",
    sent: "a good proof for /admin",
    expected: refused(401, "rule.unauthorized"),
    attempt: async (thief) => {
      const url = new URL("/admin", thief.resource).href;
      const { send, session } = thief;
      return [await presentAt(send, url, session.accessToken, [await thief.proof({ url })])];
    },
  },
  {
    name: "upstream without a token",
    sent: "a request past the edge",
    expected: refused(401, "token.missing"),
    beyondBrowsers: onlyTheEdge,
    attempt: async ({ upstream, send }) => [await send(`${upstream}/api/orders`)],
  },
  {
    name: "upstream, forged token",
    sent: "signed by the thief's key",
    expected: refused(401, "token.signature"),
    beyondBrowsers: onlyTheEdge,
    attempt: async ({ upstream, forgedInternalToken, send }) => {
      const authorization = `Bearer ${forgedInternalToken}`;
      return [await send(`${upstream}/api/orders`, { headers: { authorization } })];
    },
  },
];
