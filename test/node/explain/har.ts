import { createProof, type DpopKey } from "../../../src/client/index.ts";
import type { World } from "../../core/authorizer/world.ts";
import { origin, start } from "../../core/authorizer/world.ts";

/** One entry of a HAR, and what its proof is made of where that is not what it should be. */
export interface Hop {
  readonly key?: DpopKey;
  readonly method?: string;
  readonly path?: string;
  /** Seconds after the start, and how long it took. */
  readonly at?: number;
  readonly took?: number;
  readonly status?: number;
  readonly answer?: Readonly<Record<string, string>>;
  readonly nonce?: string;
  readonly bodySize?: number;
  /** What is signed, where it differs. */
  readonly signed?: { readonly method?: string; readonly path?: string; readonly at?: number };
  readonly withoutAth?: boolean;
  /** This very proof instead of a new one. */
  readonly proof?: string;
  /** A request for a token, at another origin. */
  readonly token?: boolean;
}

export const challenge = (nonce: string) => ({
  status: 401,
  answer: { "WWW-Authenticate": 'DPoP error="use_dpop_nonce"', "DPoP-Nonce": nonce },
});

/** What one client did, as a browser's developer tools write it down. */
export async function har(
  world: World,
  key: DpopKey,
  hops: readonly Hop[],
  own?: string,
): Promise<{ readonly text: string; readonly token: string; readonly proofs: string[] }> {
  const token = own ?? (await world.accessToken({ cnf: { jkt: key.thumbprint } }));
  const entries = await Promise.all(hops.map((hop) => entryOf(token, key, hop)));
  const proofs = entries.flatMap(({ request }) =>
    request.headers.filter(({ name }) => name === "dpop").map(({ value }) => value),
  );
  return { text: JSON.stringify({ log: { version: "1.2", entries } }), token, proofs };
}

async function entryOf(token: string, own: DpopKey, hop: Hop) {
  const { method = hop.token ? "POST" : "GET", path = "/api/x", at = 0, signed = {} } = hop;
  const site = hop.token ? "https://idp.example" : origin;
  const time = (start + (signed.at ?? at)) * 1000;
  const proof =
    hop.proof ??
    (await createProof({
      key: hop.key ?? own,
      method: signed.method ?? method,
      url: `${site}${signed.path ?? path}`,
      ...(hop.token || hop.withoutAth ? {} : { accessToken: token }),
      ...(hop.nonce === undefined ? {} : { nonce: hop.nonce }),
      now: () => time,
    }));
  const credentials = hop.token
    ? { "content-type": "application/x-www-form-urlencoded" }
    : { authorization: `DPoP ${token}` };
  const answered = (start + at + (hop.took ?? 0.1)) * 1000;
  const answer = { Date: new Date(answered).toUTCString(), ...hop.answer };
  return {
    startedDateTime: new Date((start + at) * 1000).toISOString(),
    time: (hop.took ?? 0.1) * 1000,
    request: {
      method,
      url: `${site}${path}`,
      headers: fields({ ":authority": "api.example.com", ...credentials, dpop: proof }),
      bodySize: hop.bodySize ?? 0,
    },
    response: { status: hop.status ?? 200, headers: fields(answer) },
  };
}

const fields = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => ({ name, value }));
