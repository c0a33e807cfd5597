import type { Answer, Send } from "./answer.ts";
import { generateKeys, type KeyPair } from "./keys.ts";
import { type ProofRequest, proof, type Spoiled } from "./proof.ts";

/** An access token and the key that it is bound to. */
export interface Bound {
  readonly accessToken: string;
  readonly keys: KeyPair;
}

/**
 * What an attacker is granted: the victim's token and, to show that each check works alone, the
 * power to make proofs that are right in everything but one thing.
 */
export interface Thief {
  readonly resource: string;
  readonly session: Bound;
  /** Another token of the same client, bound to the same key. */
  readonly otherToken: string;
  readonly keys: KeyPair;
  /** One of the edge's own, in force. */
  readonly nonce: string;
  readonly forgedNonce: string;
  readonly expiredNonce: string;
  readonly upstream: string;
  readonly forgedInternalToken: string;
  /** How its requests travel. */
  readonly send: Send;
  /** A proof that would pass, but for what is changed in it. */
  proof(changed?: Partial<ProofRequest>, spoiled?: Spoiled): Promise<string>;
  /** The stolen token with these proofs, each in a DPoP field of its own. */
  present(...proofs: string[]): Promise<Answer>;
}

export type Loot = Omit<Thief, "keys" | "nonce" | "proof" | "present">;

export async function createThief(loot: Loot): Promise<Thief> {
  const { resource, session, send } = loot;
  const present = (...proofs: string[]) => presentAt(send, resource, session.accessToken, proofs);
  const request = { method: "GET", url: resource, token: session.accessToken };
  const nonce = await challenged(
    present,
    await proof(session.keys, { ...request, nonce: undefined }),
  );
  return {
    ...loot,
    keys: await generateKeys(),
    nonce,
    present,
    proof: (changed = {}, spoiled = {}) =>
      proof(session.keys, { ...request, nonce, ...changed }, spoiled),
  };
}

export function presentAt(
  send: Send,
  url: string,
  token: string,
  proofs: string[],
): Promise<Answer> {
  return send(url, { headers: { authorization: `DPoP ${token}`, dpop: proofs } });
}

async function challenged(
  present: (proof: string) => Promise<Answer>,
  withoutNonce: string,
): Promise<string> {
  const answer = await present(withoutNonce);
  const nonce = answer.headers.get("dpop-nonce");
  if (nonce === null) throw new Error(`No DPoP-Nonce came with the answer ${answer.status}.`);
  return nonce;
}
