import { Refused } from "../../src/decision.ts";
import { checkAlg } from "../../src/dpop/alg.ts";
import { checkAth } from "../../src/dpop/ath.ts";
import { importClientKey } from "../../src/dpop/client-key.ts";
import { checkHtm } from "../../src/dpop/htm.ts";
import { checkHtu, normalise } from "../../src/dpop/htu.ts";
import { checkIat } from "../../src/dpop/iat.ts";
import { checkJti } from "../../src/dpop/jti.ts";
import { checkJwk } from "../../src/dpop/jwk.ts";
import { checkBinding } from "../../src/dpop/key-binding.ts";
import { checkLifetime } from "../../src/dpop/lifetime.ts";
import { readNonceClaim } from "../../src/dpop/nonce-claim.ts";
import { parseProof } from "../../src/dpop/shape.ts";
import { checkType } from "../../src/dpop/type.ts";
import { checkExtensions } from "../../src/jws/extensions.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/jws/json.ts";
import { thumbprint } from "../../src/jws/thumbprint.ts";
import { verifyCompact } from "../../src/jws/verify.ts";
import type { Findings } from "./findings.ts";
import { timeless } from "./setting.ts";

/** What a proof must have been made for, as far as that is known. */
export interface MadeFor {
  readonly method: string;
  readonly url?: URL;
  /** Absent where there is no token, at the token endpoint: then neither `ath` nor a key is demanded. */
  readonly token?: { readonly ath: string; readonly jkt?: string };
  readonly algorithms: readonly string[];
  readonly maxAge: number;
  readonly leeway: number;
  /** Seconds. */
  readonly now: number;
  /** Whether `now` is when it was sent; else it is only when it is read. */
  readonly timeKnown: boolean;
}

/** What a proof says, as far as each part could be read. */
export interface ReadProof {
  readonly jkt?: string;
  readonly jti?: string;
  readonly iat?: number;
  readonly nonce?: string;
  readonly htu?: string;
  readonly ath?: string;
}

/** The checks of src/dpop/proof.ts, each for itself and none stopping the others. */
export async function checkProof(
  text: string | undefined,
  madeFor: MadeFor,
  findings: Findings,
): Promise<ReadProof> {
  const jws = await findings.check("proof.form", [text], parseProof, undefined, {
    found: `${text?.split(".").length} parts, or no base64url of JSON objects without duplicates`,
  });
  const { header, payload: claims } = { header: undefined, payload: undefined, ...jws };
  const found = (value: JsonValue | undefined) => ({ found: shown(value) });

  await findings.check("proof.type", [header], ({ typ }) => checkType(typ), found(header?.typ));
  const row = await findings.check(
    "proof.alg",
    [header],
    ({ alg }) => checkAlg(alg, madeFor.algorithms),
    found(header?.alg),
  );
  await findings.check("proof.extensions", [header], (header) =>
    checkExtensions(header, "proof.malformed"),
  );
  const jwk = await findings.check(
    "proof.jwk",
    [header, row],
    ({ jwk }, row) => checkJwk(jwk, row),
    ({ kty, ...rest }) => ({ found: "crv" in rest ? `${kty} ${rest.crv}` : kty }),
    { found: keyOf(header?.jwk) },
  );
  const jti = await findings.check(
    "proof.jti",
    [claims],
    ({ jti }) => checkJti(jti),
    (jti) => ({ found: `${jti.length} characters` }),
  );
  await findings.check(
    "proof.htm",
    [claims],
    ({ htm }) => checkHtm(htm, madeFor.method),
    found(claims?.htm),
  );
  await findings.check("proof.htu", [claims, madeFor.url], ({ htu }, url) => checkHtu(htu, url), {
    found: withoutQuery(claims?.htu),
  });
  const iat = await findings.check("proof.iat", [claims], (lifetime) => inTime(lifetime, madeFor), {
    remark: ageOf(claims?.iat, madeFor.now),
  });
  if (!madeFor.timeKnown) findings.excuse("proof.iat", ["proof.iat"], timeless);
  const nonce = await findings.check(
    "proof.nonce",
    [claims],
    ({ nonce }) => ({
      text: readNonceClaim(nonce),
    }),
    undefined,
    { found: typeof claims?.nonce },
  );
  const jkt = jwk && (await thumbprint(jwk));
  await checkToken(jkt, claims?.ath, claims !== undefined, madeFor, findings);
  await findings.check(
    "proof.signature",
    [jws, jwk, row],
    async ({ text }, jwk, row) => {
      const key = await importClientKey(jwk, row);
      if (!(await verifyCompact(text, row, key))) throw new Refused("proof.signature");
    },
    undefined,
    { found: "a signature that the header's jwk does not verify" },
  );
  return {
    ...(jkt === undefined ? {} : { jkt }),
    ...(jti === undefined ? {} : { jti }),
    ...(iat === undefined ? {} : { iat }),
    ...(nonce?.text === undefined ? {} : { nonce: nonce.text }),
    ...(typeof claims?.htu === "string" ? { htu: normalise(claims.htu) ?? claims.htu } : {}),
    ...(typeof claims?.ath === "string" ? { ath: claims.ath } : {}),
  };
}

async function checkToken(
  jkt: string | undefined,
  ath: JsonValue | undefined,
  readable: boolean,
  { token }: MadeFor,
  findings: Findings,
): Promise<void> {
  if (token === undefined) {
    findings.skip("proof.binding", "no access token goes along");
    findings.skip("proof.ath", "no access token goes along");
    return;
  }
  if (token.jkt === undefined) findings.skip("proof.binding", "the token names no key");
  else await findings.check("proof.binding", [jkt, token.jkt], checkBinding, { found: jkt ?? "" });
  await findings.check(
    "proof.ath",
    [readable ? token : undefined],
    (token) => checkAth(ath, token.ath),
    { expected: token.ath, found: shown(ath) },
  );
}

/** Strings as they are, cut short: a proof may hold anything. */
function shown(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 80);
}

/** Names only: a private member must not be shown. */
function keyOf(jwk: JsonValue | undefined): string {
  if (!isJsonObject(jwk)) return shown(jwk);
  const { kty, crv } = jwk;
  return `${shown(kty)} ${shown(crv)}, with ${Object.keys(jwk).join(", ").slice(0, 100)}`;
}

function withoutQuery(htu: JsonValue | undefined): string {
  return typeof htu === "string" ? (htu.split(/[?#]/)[0] ?? "").slice(0, 256) : shown(htu);
}

function ageOf(iat: JsonValue | undefined, now: number): string {
  if (typeof iat !== "number") return shown(iat);
  const age = Math.floor(now - iat);
  return age >= 0 ? `${age} s ago` : `${-age} s ahead`;
}

function inTime(claims: JsonObject, madeFor: MadeFor): number {
  const iat = checkIat(claims.iat, madeFor);
  checkLifetime(claims, madeFor.now, madeFor.leeway);
  return iat;
}
