import {
  createDpopClient,
  DpopError,
  type DpopKey,
  memoryKeyStore,
  parseChallenges,
} from "../../src/client/index.ts";
import { UsageError } from "../exit.ts";
import { connect } from "./connection.ts";
import type { TokenKeeper } from "./tokens.ts";

export interface Asked {
  readonly method: string;
  readonly headers: Headers;
  /** What can be sent again is sent again, where the server asks for a nonce or another token. */
  readonly body?: string | ArrayBuffer | ReadableStream<Uint8Array>;
  readonly signal: AbortSignal;
}

/** The server behind the proxy, asked with token and proof. */
export interface Upstream {
  readonly base: URL;
  /** `path` is put behind the base's own. Rejects where there is no answer. */
  send(path: string, asked: Asked): Promise<Response>;
}

/** @throws UsageError where a token must not go to that URL */
export function createUpstream(base: URL, key: DpopKey, tokens: TokenKeeper): Upstream {
  let client: ReturnType<typeof createDpopClient>;
  try {
    client = createDpopClient({
      keyStore: memoryKeyStore(key),
      algorithms: [key.alg],
      token: () => tokens.current(),
      origins: [base.origin],
      fetch: connect,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const send = (url: string, asked: Asked): Promise<Response> =>
    client.fetch(url, { ...asked, redirect: "manual" });
  return {
    base,
    async send(path, asked) {
      const url = `${base.origin}${base.pathname.replace(/\/$/, "")}${path}${base.search}`;
      const token = await tokens.current();
      const response = await send(url, asked);
      if (!isRefusedToken(response) || asked.body instanceof ReadableStream) return response;
      if (!(await tokens.renew(token).catch(() => false))) return response;
      await response.body?.cancel();
      return send(url, asked);
    },
  };
}

/** RFC 6750 section 3.1: expired or revoked; another token may do. */
function isRefusedToken(response: Response): boolean {
  if (response.status !== 401) return false;
  const challenges = parseChallenges(response.headers.get("WWW-Authenticate"));
  return challenges.some(({ parameters }) => parameters.error === "invalid_token");
}

/** Why there is no answer, for whoever asked: nothing of a token or key is in it. */
export function reasonOf(error: unknown): string {
  if (error instanceof DpopError) return error.message;
  if (!(error instanceof Error)) return "unknown error";
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return code ?? error.name;
}
