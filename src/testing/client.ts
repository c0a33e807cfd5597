import { type DpopKey, generateKey } from "../client/key.ts";
import { createProof } from "../client/proof.ts";
import type { TestIssuer, TestTokenOptions } from "./issuer.ts";

/** What is tested: a Worker's or an app's `fetch`, or a function that reaches a server. */
export type Send = (request: Request) => Response | Promise<Response>;

export interface TestClientOptions {
  /** Whose tokens it holds. */
  readonly issuer: TestIssuer;
  /** ES256 by default. */
  readonly alg?: string | undefined;
  /** Milliseconds since the epoch; Date.now by default. */
  readonly now?: (() => number) | undefined;
}

export interface TestCall {
  /** GET by default. */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** What the access token is to say. */
  readonly token?: TestTokenOptions | undefined;
}

/** A DPoP client for tests. Each call makes a token and a proof of its own. */
export interface TestClient {
  readonly key: DpopKey;
  /** An access token that is bound to this client's key. */
  token(options?: TestTokenOptions): Promise<string>;
  /** A DPoP proof by this client's key (RFC 9449 section 4.2). */
  proof(options: ProofOf): Promise<string>;
  /** A request with token and proof, not sent. */
  request(url: string, call?: TestCall, nonce?: string): Promise<Request>;
  /** The nonce of the challenge that a call without one gets; undefined where none is asked for. */
  nonce(send: Send, url: string): Promise<string | undefined>;
  /** A call as an honest client makes it: the answer after the challenge, if there is one. */
  call(send: Send, url: string, call?: TestCall): Promise<Response>;
  /** The same call with a token that has expired: token.expired. */
  expired(send: Send, url: string, call?: TestCall): Promise<Response>;
  /** The same call with a proof of an hour ago: proof.iat. */
  stale(send: Send, url: string, call?: TestCall): Promise<Response>;
  /** The answer to the second of two copies of one request: proof.replayed. */
  replayed(send: Send, url: string, call?: TestCall): Promise<Response>;
  /** The call of a thief, who has the token and a key of its own: token.binding. */
  stolen(send: Send, url: string, call?: TestCall): Promise<Response>;
  /** The token without a proof, as a Bearer token: token.downgraded. */
  downgraded(send: Send, url: string, call?: TestCall): Promise<Response>;
}

export interface ProofOf {
  readonly method: string;
  readonly url: string;
  readonly accessToken: string;
  readonly nonce?: string | undefined;
}

export async function createTestClient(options: TestClientOptions): Promise<TestClient> {
  const { issuer, alg = "ES256", now = Date.now } = options;
  const key = await generateKey({ alg });
  const token = (wanted: TestTokenOptions = {}) => issuer.token({ jkt: key.thumbprint, ...wanted });

  const request = async (url: string, call: TestCall = {}, nonce?: string) =>
    proven(url, call, { key, nonce, now, accessToken: await token(call.token) });

  /** Sends what `make` makes; once more with the nonce where it is challenged. */
  async function challenged(
    send: Send,
    make: (nonce: string | undefined) => Promise<Request>,
  ): Promise<{ readonly request: Request; readonly response: Response }> {
    const first = await make(undefined);
    const response = await send(first.clone());
    const nonce = nonceOf(response);
    if (nonce === undefined) return { request: first, response };
    const second = await make(nonce);
    return { request: second, response: await send(second.clone()) };
  }

  async function call(send: Send, url: string, wanted: TestCall = {}): Promise<Response> {
    return (await challenged(send, (nonce) => request(url, wanted, nonce))).response;
  }

  return {
    key,
    token,
    proof: (wanted) => createProof({ ...wanted, key, now }),
    request,
    call,
    async nonce(send, url) {
      return nonceOf(await send(await request(url)));
    },
    expired: (send, url, wanted = {}) =>
      call(send, url, { ...wanted, token: { expiresIn: -3600, ...wanted.token } }),
    async stale(send, url, wanted = {}) {
      const accessToken = await token(wanted.token);
      const hourAgo = () => now() - 3_600_000;
      const make = (nonce: string | undefined) =>
        proven(url, wanted, { key, nonce, now: hourAgo, accessToken });
      return (await challenged(send, make)).response;
    },
    async replayed(send, url, wanted = {}) {
      const sent = await challenged(send, (nonce) => request(url, wanted, nonce));
      return await send(sent.request);
    },
    async stolen(send, url, wanted = {}) {
      const accessToken = await token(wanted.token);
      const thief = await generateKey({ alg });
      const make = (nonce: string | undefined) =>
        proven(url, wanted, { key: thief, nonce, now, accessToken });
      return (await challenged(send, make)).response;
    },
    async downgraded(send, url, wanted = {}) {
      return await send(
        plain(url, wanted, { Authorization: `Bearer ${await token(wanted.token)}` }),
      );
    },
  };
}

interface Proven {
  readonly key: DpopKey;
  readonly nonce: string | undefined;
  readonly now: () => number;
  readonly accessToken: string;
}

async function proven(url: string, call: TestCall, by: Proven): Promise<Request> {
  const proof = await createProof({ ...by, method: call.method ?? "GET", url });
  return plain(url, call, { Authorization: `DPoP ${by.accessToken}`, DPoP: proof });
}

function plain(url: string, call: TestCall, headers: Readonly<Record<string, string>>): Request {
  const { method = "GET", body } = call;
  return new Request(url, {
    method,
    headers: { ...call.headers, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

/** RFC 9449 section 8: only a challenge asks for the nonce that it carries. */
function nonceOf(response: Response): string | undefined {
  const challenge = response.headers.get("WWW-Authenticate") ?? "";
  if (response.status !== 401 || !challenge.includes("use_dpop_nonce")) return undefined;
  return response.headers.get("DPoP-Nonce") ?? undefined;
}
