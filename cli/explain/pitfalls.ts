import type { RefusalCode } from "../../src/decision.ts";
import { isNonceChallenge } from "./answer.ts";
import type { Explained } from "./walk.ts";

/** What goes wrong on the client's side, under the names of docs/cli.md. */
export const pitfalls = {
  "key.per-request": {
    name: "A new key for each request",
    change: "Make the key once, keep it (key store, file), and sign every proof with it.",
  },
  "key.other-than-token": {
    name: "Different keys for the token and the call",
    change:
      "Sign the token request's proof and every call's proof with one key; load it, do not make it, in each process.",
  },
  "proof.reused": {
    name: "A proof that is reused",
    change: "Make a new proof for every request: never keep one beside the token.",
  },
  "proof.retried": {
    name: "A retry of the transport that reuses its proof",
    change:
      "Make the proof inside the retry, once per attempt; or let the DPoP client retry, not the layer below it.",
  },
  "ath.missing": {
    name: "A proof without ath",
    change: "Set ath to the base64url SHA-256 of the access token whenever one goes along.",
  },
  "request.other": {
    name: "A proof for another method or URL",
    change:
      "Sign the method and URL that are sent in the end: behind a gateway the public ones, after a base URL is joined.",
  },
  "nonce.ignored": {
    name: "A nonce challenge that is ignored",
    change:
      "On 401 use_dpop_nonce retry once with the nonce of DPoP-Nonce; keep the newest one of each origin, from every answer.",
  },
  "clock.off": {
    name: "A clock that is off, or a proof made long before it is sent",
    change:
      "Make the proof when the request is sent; synchronise the clock (NTP), or correct it by the answer's Date.",
  },
  "cold-start.parallel": {
    name: "A parallel cold start",
    change: "Let the first request fetch the nonce and the others wait for it.",
  },
  "redirect.followed": {
    name: "A redirect followed with the proof of the first URL",
    change: "Follow redirects by hand: a new proof for each hop, and the token to no other origin.",
  },
  "upload.challenged": {
    name: "A large upload met by a challenge",
    change:
      "Fetch a nonce first with a small request (HEAD), then send a body that can be sent again.",
  },
} as const satisfies Record<string, { readonly name: string; readonly change: string }>;

export type PitfallId = keyof typeof pitfalls;

const nonces = ["nonce.missing", "nonce.invalid", "nonce.expired"] as const;
const repeated = ["proof.replayed", "proof.iat", "proof.ath"] as const;

/** The first refusals that each can be the cause of. */
const causes: Readonly<Record<PitfallId, readonly RefusalCode[]>> = {
  "key.per-request": ["token.binding"],
  "key.other-than-token": ["token.binding"],
  "proof.reused": repeated,
  "proof.retried": repeated,
  "ath.missing": ["proof.ath"],
  "request.other": ["proof.htm", "proof.htu"],
  "nonce.ignored": nonces,
  "clock.off": ["proof.iat"],
  "cold-start.parallel": nonces,
  "redirect.followed": ["proof.htm", "proof.htu", "proof.replayed"],
  "upload.challenged": nonces,
};

/** A pitfall beside a refusal that has another cause would lead astray. */
export function isCause(pitfall: PitfallId, refused: RefusalCode | undefined): boolean {
  return refused !== undefined && causes[pitfall].includes(refused);
}

/** A pitfall and the requests that show it, by their index. */
export interface Pitfall {
  readonly pitfall: PitfallId;
  readonly requests: readonly number[];
  readonly because: string;
}

/** Bytes; from here on a body that is sent twice is felt. */
const largeBody = 1_000_000;

/** What one request shows by itself. */
export function pitfallsOf(explained: Explained, index: number): Pitfall[] {
  const { findings, proof, request, at } = explained;
  const failed = (check: string) =>
    findings.some((finding) => finding.check === check && finding.outcome === "failed");
  const found = (pitfall: PitfallId, because: string) => [{ pitfall, requests: [index], because }];
  const challenged = failed("nonce");
  return [
    ...(failed("proof.binding")
      ? found("key.other-than-token", "the proof's key is not the one that the token names")
      : []),
    ...(failed("proof.ath") && proof.ath === undefined
      ? found("ath.missing", "the proof has no ath")
      : []),
    ...(failed("proof.htm") || failed("proof.htu")
      ? found("request.other", "the proof names another method or URL than the request")
      : []),
    ...(failed("proof.iat") ? found("clock.off", timesOf(explained, at)) : []),
    ...(challenged && !(request.answer && isNonceChallenge(request.answer))
      ? found("nonce.ignored", "a nonce is demanded here, and this is not a fresh one")
      : []),
    ...(challenged && (request.bodyLength ?? 0) >= largeBody
      ? found("upload.challenged", `${request.bodyLength} bytes were sent only to be challenged`)
      : []),
  ];
}

function timesOf({ findings }: Explained, at: number): string {
  const finding = findings.find(({ check }) => check === "proof.iat");
  const second = Math.floor(at / 1000);
  return `iat ${finding?.found ?? ""} where ${finding?.expected ?? ""} is taken, at ${second}`;
}
