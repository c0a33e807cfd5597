import type { JwtAuthenticator, KeySource } from "../../src/configuration.ts";
import { type Principal, Refused } from "../../src/decision.ts";
import { parseCompact } from "../../src/jws/compact.ts";
import { checkExtensions } from "../../src/jws/extensions.ts";
import type { JsonObject, JsonValue } from "../../src/jws/json.ts";
import { principalOf } from "../../src/principal.ts";
import { allowedAlgorithm } from "../../src/token/allowed-algorithm.ts";
import { checkAudience } from "../../src/token/audience.ts";
import { type Confirmation, confirmation } from "../../src/token/confirmation.ts";
import { checkIssuer } from "../../src/token/issuer.ts";
import type { IssuerKey } from "../../src/token/jwk-set.ts";
import { checkLifetime } from "../../src/token/lifetime.ts";
import { clientOf, scopesOf } from "../../src/token/scopes.ts";
import { doubtOf, verifyingKey } from "../../src/token/signature.ts";
import { checkType, checkUse } from "../../src/token/token-type.ts";
import type { Findings } from "./findings.ts";
import { type Setting, timeless } from "./setting.ts";

/** What a token says, believed as far as it was checked. */
export interface ReadToken {
  readonly scopes: readonly string[];
  readonly clientId?: string;
  readonly principal?: Principal;
  /** Empty: bound to nothing. */
  readonly binding?: Confirmation;
}

/** The checks of src/token/access-token.ts, each for itself and none stopping the others. */
export async function checkToken(
  token: string,
  authenticator: JwtAuthenticator,
  setting: Setting,
  findings: Findings,
): Promise<ReadToken> {
  const { assumed, keySets } = setting;
  const jws = await findings.check("token.form", [], () => {
    const parsed = parseCompact(token);
    if (parsed) return parsed;
    throw new Refused("token.malformed", { expected: "a compact JWS", found: shapeOf(token) });
  });
  const { header, payload: claims } = { header: undefined, payload: undefined, ...jws };
  const seen = (value: JsonValue | undefined) => ({ found: shown(value) });

  await findings.check(
    "token.type",
    [header, claims],
    ({ typ }, claims) => {
      checkType(typ, authenticator.tokenTypes);
      checkUse(claims);
    },
    seen(header?.typ),
  );
  const row = await findings.check(
    "token.alg",
    [header],
    ({ alg }) => allowedAlgorithm(alg, authenticator.algorithms),
    seen(header?.alg),
  );
  await findings.check("token.extensions", [header], (header) =>
    checkExtensions(header, "token.malformed"),
  );

  if (assumed) findings.skip("token.issuer", "the documents say who may issue: give --config");
  else if (authenticator.issuers.length === 0)
    findings.skip(
      "token.issuer",
      "the issuer's metadata says who it is, and nothing is fetched here",
    );
  else
    await findings.check(
      "token.issuer",
      [claims],
      ({ iss }) => checkIssuer(iss, authenticator.issuers),
      seen(claims?.iss),
    );

  const { trustAnchors, ...source } = authenticator.keys;
  if (keySets === undefined)
    findings.skip("token.signature", "the issuer's keys are needed: give --jwks FILE");
  else {
    const key = await findings.check(
      "token.signature",
      [jws, row],
      async (jws, row) => verifyingKey(jws, row, source, keySets),
      ({ kid }) => ({ found: `verified by the key ${shown(kid)}` }),
      { found: `kid ${shown(header?.kid)}, alg ${shown(header?.alg)}` },
    );
    if (trustAnchors !== undefined) await checkAnchors(key, authenticator.keys, setting, findings);
  }

  const now = setting.now() / 1000;
  await findings.check(
    "token.lifetime",
    [claims],
    (claims) => checkLifetime(claims, now, authenticator.leeway),
    { remark: lifetime(claims, now) },
  );
  if (!setting.timeKnown())
    findings.excuse("token.lifetime", ["token.expired", "token.early"], timeless);
  if (assumed) findings.skip("token.audience", "the documents say for whom: give --config");
  else
    await findings.check(
      "token.audience",
      [claims],
      ({ aud }) => checkAudience(aud, authenticator.audience),
      seen(claims?.aud),
    );
  const binding = await findings.check(
    "token.confirmation",
    [claims],
    ({ cnf }) => confirmation(cnf),
    ({ jkt }) => ({ found: jkt ?? "none: bound to no key" }),
    { found: shown(claims?.cnf) },
  );
  if (binding?.x5t !== undefined)
    findings.skip("token.certificate", "only the edge sees the client's TLS certificate");
  const scopes = claims ? scopesOf(claims) : [];
  const principal = await findings.check(
    "token.principal",
    [claims],
    (claims) => {
      const clientId = clientOf(claims);
      const identity = { claims, scopes, ...(clientId === undefined ? {} : { clientId }) };
      return principalOf(identity, authenticator);
    },
    ({ id }) => ({ found: id }),
    { found: "no such claim" },
  );
  const clientId = claims && clientOf(claims);
  return {
    scopes,
    ...(principal ? { principal } : {}),
    ...(clientId ? { clientId } : {}),
    ...(binding ? { binding } : {}),
  };
}

async function checkAnchors(
  key: IssuerKey | undefined,
  source: KeySource,
  { kit, secretsKnown }: Setting,
  findings: Findings,
): Promise<void> {
  if (!secretsKnown) {
    findings.skip(
      "token.anchors",
      "the trust anchors are among the edge's secrets: give --secrets",
    );
    return;
  }
  await findings.check("token.anchors", [key], async (key) => {
    const doubt = await doubtOf(key, source, kit.mechanisms.keyCertificates?.(kit));
    if (doubt !== undefined) throw new Refused("token.key", { found: doubt });
  });
}

function shapeOf(token: string): string {
  const parts = token.split(".").length;
  if (parts === 3)
    return "three parts, not all of them base64url of JSON objects without duplicates";
  return parts === 1 ? "one part: an opaque token" : `${parts} parts`;
}

/** Claims are said as they are, cut short. */
function shown(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value.slice(0, 200) : JSON.stringify(value).slice(0, 200);
}

function lifetime(claims: JsonObject | undefined, now: number): string {
  const exp = claims?.exp;
  if (typeof exp !== "number") return "no exp";
  const seconds = Math.round(exp - now);
  return seconds >= 0 ? `ends in ${seconds} s` : `ended ${-seconds} s ago`;
}
