import {
  createDpopClient,
  DpopError,
  type DpopKey,
  memoryKeyStore,
  parseChallenges,
} from "../../src/client/index.ts";
import { UnansweredError, UsageError } from "../exit.ts";
import { shown } from "../terminal/shown.ts";
import { connect } from "./connection.ts";
import { StreamError } from "./resumed.ts";
import type { TokenKeeper } from "./token-keeper.ts";

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
  /** `path` is put behind the base's own. Rejects where there is no answer, and for a way out of the base. */
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
      const { href: url } = below(base, path);
      const token = await tokens.current();
      const response = await send(url, asked);
      if (!isRefusedToken(response) || asked.body instanceof ReadableStream) return response;
      if (!(await tokens.renew(token).catch(() => false))) return response;
      await response.body?.cancel();
      return send(url, asked);
    },
  };
}

/** A path that is no way down from the base. */
export class OutsideError extends Error {}

/** Dot segments, however they are written, lead no further up than to the base. @throws OutsideError */
function below(base: URL, path: string): URL {
  const root = base.pathname.replace(/\/$/, "");
  const [, asked = "", query = ""] = /^([^?]*)\??(.*)$/s.exec(path) ?? [];
  const url = new URL(`${base.origin}${root}${asked}`);
  if (url.origin !== base.origin || (url.pathname !== root && !url.pathname.startsWith(`${root}/`)))
    throw new OutsideError(
      `The path leads out of ${base.origin}${base.pathname}, where --to leads.`,
    );
  url.search = [query, base.search.slice(1)].filter((part) => part !== "").join("&");
  return url;
}

/** RFC 6750 section 3.1: expired or revoked; another token may do. */
function isRefusedToken(response: Response): boolean {
  if (response.status !== 401) return false;
  const challenges = parseChallenges(response.headers.get("WWW-Authenticate"));
  return challenges.some(({ parameters }) => parameters.error === "invalid_token");
}

/** Why there is no answer, for whoever asked: nothing of a token or key is in it. */
export function failureOf(error: unknown, { origin }: URL): string {
  if (error instanceof UsageError || error instanceof UnansweredError)
    return `There is no access token for ${origin}: ${shown(error.message)}`;
  if (error instanceof DpopError || error instanceof OutsideError) return error.message;
  if (error instanceof StreamError) return `${origin}: ${error.message}.`;
  const { code = undefined } = { ...Object(error) };
  const reason = typeof code === "string" ? code : error instanceof Error && error.name;
  return `${origin} did not answer (${reason || "unknown error"}): is it running, and is --to right?`;
}
