import { type Challenge, parseChallenges } from "./challenge.ts";
import type { Remedy } from "./remedy.ts";
import type { Hop } from "./request.ts";

/** A request and its response, as they were on the wire. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** Absent where none was due. */
  readonly proof?: string;
  readonly status: number;
  readonly headers: Headers;
  readonly challenges: readonly Challenge[];
  /** Why the request is made once more; absent where it is not. */
  readonly again?: Remedy;
}

export function exchangeOf(
  { method, url }: Hop,
  response: Response,
  { proof, again }: { proof?: string; again?: Remedy | undefined } = {},
): Exchange {
  const { status, headers } = response;
  return {
    method,
    url: url.href,
    status,
    headers,
    challenges: parseChallenges(headers.get("WWW-Authenticate")),
    ...(proof === undefined ? {} : { proof }),
    ...(again === undefined ? {} : { again }),
  };
}
