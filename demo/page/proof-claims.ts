import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from "jose";
import { isRecord } from "../../src/record.ts";
import { member } from "../answer.ts";
import { digest } from "../proof.ts";
import type { Sent } from "../sent.ts";
import { claimText } from "./value.ts";

/** One member of a proof, what ties it to the request, and whether it does. */
export interface Claim {
  readonly name: string;
  readonly value: string;
  readonly boundTo: string;
  readonly holds: boolean;
}

const minute = 60;

/** A proof's header and claims, compared with the request that it came with (RFC 9449 section 4.2). */
export async function proofClaims(proof: string, sent: Sent): Promise<Claim[]> {
  const header: Record<string, unknown> = { ...decodeProtectedHeader(proof) };
  const claims: Record<string, unknown> = decodeJwt(proof);
  const [, token] = sent.authorization?.split(" ") ?? [];
  const refusal = member(sent.body, "code") ?? member(sent.body, "error");
  const now = Math.floor(sent.at / 1000);
  const age = typeof claims.iat === "number" ? now - claims.iat : Number.NaN;
  const url = new URL(sent.url);
  const rows: Claim[] = [
    row("typ", header.typ, "a proof, and no other kind of JWT", header.typ === "dpop+jwt"),
    row("alg", header.alg, "the key: asymmetric, never none", isAsymmetric(header.alg)),
    await keyRow(header.jwk, token),
    row("htm", claims.htm, `this method: ${sent.method}`, claims.htm === sent.method),
    row("htu", claims.htu, "this URL, query aside", claims.htu === `${url.origin}${url.pathname}`),
    row("iat", claimText("iat", claims.iat), ageText(age), Math.abs(age) <= minute + 10),
    row("jti", claims.jti, "this one request: good once", refusal !== "proof.replayed"),
  ];
  if (token !== undefined) {
    const ath = await digest(token);
    rows.push(row("ath", claims.ath, "SHA-256 of the access token", claims.ath === ath));
  }
  const asked = refusal?.startsWith("nonce.") === true || refusal === "use_dpop_nonce";
  const text = claims.nonce === undefined ? "none yet" : claims.nonce;
  rows.push(row("nonce", text, "a moment that the server chose", !asked));
  return rows;
}

function row(name: string, value: unknown, boundTo: string, holds: boolean): Claim {
  return { name, value: typeof value === "string" ? value : JSON.stringify(value), boundTo, holds };
}

async function keyRow(jwk: unknown, token: string | undefined): Promise<Claim> {
  if (!isRecord(jwk)) return row("jwk", jwk, "a public key", false);
  const jkt = await calculateJwkThumbprint(jwk);
  const value = `${String(jwk.kty)} ${String(jwk.crv)} ${jkt}`;
  if ("d" in jwk) return row("jwk", `${value}, with its private d`, "a public key only", false);
  if (token === undefined) return row("jwk", value, "the token to come: its cnf.jkt", true);
  return row("jwk", value, "the token: its cnf.jkt", boundKey(token) === jkt);
}

/** `cnf.jkt` of an access token. */
export function boundKey(token: string): string | undefined {
  const { cnf } = decodeJwt(token);
  return isRecord(cnf) && typeof cnf.jkt === "string" ? cnf.jkt : undefined;
}

function isAsymmetric(alg: unknown): boolean {
  return typeof alg === "string" && /^(ES|PS|RS|Ed)/.test(alg);
}

function ageText(age: number): string {
  if (age < -1) return `this moment: ${-age} s ahead`;
  return age > 1 ? `this moment: ${age} s old` : "this moment";
}
