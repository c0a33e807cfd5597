import { BoundedMap } from "../bounded-map.ts";
import type { Configuration, JwtFinalizer } from "../configuration.ts";
import { Fault } from "../decision.ts";
import type { JsonObject } from "../jws/json.ts";
import { signCompact } from "../jws/sign.ts";
import type { Runtime } from "../runtime.ts";
import { type Secrets, type SigningKey, select } from "../secrets.ts";
import { internalPayload, transactionPayload } from "./payload.ts";
import { claimsOf, renderClaimsText, type Seen, valuesOf } from "./render.ts";

/** What a token depends on beside its finalizer and its claims. */
export interface Terms {
  readonly rule: string;
  /** Seconds since the epoch: no internal token outlives the access token that it stands for. */
  readonly notAfter?: number | undefined;
}

/** Signs the tokens that say to the upstream who is calling. */
export interface Mint {
  /**
   * A compact JWT (RFC 7519): the template's claims, and over them iss, sub, aud, iat, nbf, exp and
   * jti. The same token may be given again for the same finalizer, rule, subject and claims until
   * 5 s before it ends, and none outlives `terms.notAfter`. Throws a Fault when its key cannot be had or its claims are no object.
   */
  token(finalizer: JwtFinalizer, data: Seen, terms: Terms): Promise<string>;
  /**
   * The public half of every key of every source that a rule's `jwt` finalizer signs with, so that
   * the tokens of both keys verify while one takes over from the other. Throws a Fault.
   */
  publicKeys(
    configuration: Pick<Configuration, "rules" | "defaultRule">,
  ): Promise<{ keys: JsonObject[] }>;
}

/** How long before its end a token is not given again: the way to the upstream, and its clock. */
const reserve = 5;
/** Tokens to remember, and the longest claims to remember one for: some 10 MB at the worst. */
const bound = 1000;
const longest = 4096;

interface Minted {
  readonly token: string;
  readonly iat: number;
  readonly exp: number;
}

export function createMint(runtime: Pick<Runtime, "now" | "random">, secrets: Secrets): Mint {
  const minted = new BoundedMap<string, Minted>(bound);
  const numbers = new WeakMap<JwtFinalizer, number>();
  let seen = 0;

  function keyOf(finalizer: JwtFinalizer, terms: Terms, subject: string, claims: string): string {
    const number = numbers.get(finalizer) ?? seen++;
    numbers.set(finalizer, number);
    // Lengths, so that no subject can borrow from its neighbours.
    const { rule, notAfter = "" } = terms;
    return `${number},${notAfter},${rule.length},${subject.length}:${rule}${subject}${claims}`;
  }

  async function sign(
    finalizer: JwtFinalizer,
    notAfter: number,
    data: Seen,
    claims: string,
  ): Promise<Minted> {
    const key = select(await secrets.signingKeys(finalizer.signer), finalizer.signer);
    const iat = Math.floor(runtime.now() / 1000);
    const exp = Math.min(iat + Math.ceil(finalizer.ttl), Math.max(Math.floor(notAfter), iat + 1));
    const transacts = finalizer.shape === "transaction_token";
    const payloadOf = transacts ? transactionPayload : internalPayload;
    const random = runtime.random(16);
    const payload = payloadOf(finalizer, data, claimsOf(claims), { iat, exp }, random);
    const typ = transacts ? "txntoken+jwt" : "JWT";
    return { token: await signCompact(key, payload, typ), iat, exp };
  }

  return {
    async token(finalizer, data, terms) {
      const claims = claimsTextOf(finalizer, data);
      const subject = data.subject.id;
      const { act } = data.subject;
      const key = keyOf(
        finalizer,
        terms,
        subject,
        act === undefined ? claims : `${JSON.stringify(act)}${claims}`,
      );
      const before = minted.get(key);
      const now = runtime.now() / 1000;
      // A clock that fell back would give a token that is not valid yet.
      if (before && before.iat <= now && now < before.exp - reserve) return before.token;
      const fresh = await sign(finalizer, terms.notAfter ?? Number.POSITIVE_INFINITY, data, claims);
      // A transaction is one request's.
      if (claims.length <= longest && !finalizer.shape) minted.set(key, fresh);
      return fresh.token;
    },

    async publicKeys(configuration) {
      const signers = [...configuration.rules, configuration.defaultRule].flatMap((rule) =>
        (rule?.finalizers ?? []).flatMap((each) => (each.type === "jwt" ? [each.signer] : [])),
      );
      const keys = await Promise.all(signers.map((signer) => secrets.signingKeys(signer)));
      return { keys: distinct(keys.flat()).map((key) => ({ ...key.publicJwk })) };
    },
  };
}

/** Whether any rule makes internal tokens, so that there are keys to publish. */
export function mintsTokens({
  rules,
  defaultRule,
}: Pick<Configuration, "rules" | "defaultRule">): boolean {
  const all = defaultRule ? [...rules, defaultRule] : rules;
  return all.some((rule) => rule.finalizers.some((finalizer) => finalizer.type === "jwt"));
}

function claimsTextOf(finalizer: JwtFinalizer, data: Seen): string {
  if (!finalizer.claims) return "{}";
  const values = valuesOf(finalizer.values, data);
  return renderClaimsText(finalizer.claims, { ...data, values });
}

/** One key from several sources is published once. Throws where two different keys share a kid. */
function distinct(keys: readonly SigningKey[]): SigningKey[] {
  const byKid = new Map<string, SigningKey>();
  for (const key of keys) {
    const known = byKid.get(key.kid);
    if (known && JSON.stringify(known.publicJwk) !== JSON.stringify(key.publicJwk)) {
      throw new Fault(`Two different signing keys have the kid ${JSON.stringify(key.kid)}.`);
    }
    byKid.set(key.kid, key);
  }
  return [...byKid.values()];
}
