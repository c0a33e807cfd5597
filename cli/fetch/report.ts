import type { Exchange } from "../../src/client/index.ts";
import { parseCompact } from "../../src/jws/compact.ts";
import type { JsonObject } from "../../src/jws/json.ts";
import type { Paint } from "../terminal/paint.ts";
import { shown } from "../terminal/shown.ts";

/** For -v: one request and its answer, the proof and the challenge decoded, nonces masked. */
export function exchangeText(exchange: Exchange, paint: Paint): string {
  const { method, url, status, challenges, headers, again } = exchange;
  const proof = decoded(exchange);
  const nonce = headers.get("DPoP-Nonce");
  const lines = [
    `> ${paint.bold(`${method} ${place(url)}`)}`,
    ...(proof
      ? [
          `>   proof      ${JSON.stringify(proof.header)}`,
          `>              ${JSON.stringify(proof.claims)}`,
        ]
      : ["> no proof"]),
    `< ${(status < 400 ? paint.green : paint.red)(String(status))}`,
    ...challenges.map(
      ({ scheme, parameters }) =>
        `<   challenge  ${shown(
          `${scheme} ${Object.entries(parameters)
            .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
            .join(" ")}`,
        )}`,
    ),
    ...(nonce === null ? [] : [`<   nonce      ${masked(nonce)}`]),
    ...(again === undefined ? [] : [`  once more, with ${reasons[again]}`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const reasons: Readonly<Record<NonNullable<Exchange["again"]>, string>> = {
  nonce: "the server's nonce",
  clock: "the server's time",
  algorithm: "another algorithm",
};

/** For --json. */
export function exchangeJson(exchange: Exchange): unknown {
  const { method, url, status, challenges, again } = exchange;
  const proof = decoded(exchange);
  return {
    method,
    url: place(url),
    ...(proof ? { proof } : {}),
    status,
    challenges,
    ...(again === undefined ? {} : { again }),
  };
}

function decoded({ proof }: Exchange): { header: JsonObject; claims: JsonObject } | undefined {
  const jws = proof === undefined ? undefined : parseCompact(proof);
  if (jws === undefined) return undefined;
  const { nonce } = jws.payload;
  const claims = typeof nonce === "string" ? { ...jws.payload, nonce: masked(nonce) } : jws.payload;
  return { header: jws.header, claims };
}

/** A transcript may be pasted into a ticket while the nonce is still good. */
function masked(nonce: string): string {
  return `${nonce.slice(0, 6)}... (${nonce.length} characters)`;
}

/** A query may hold a secret. */
function place(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search === "" ? "" : "?..."}`;
}
