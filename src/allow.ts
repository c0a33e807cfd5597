import type { Configuration, DefaultRule, Rule } from "./configuration.ts";
import type { Allow, Finish, Principal, RefusalCode } from "./decision.ts";
import { endingIn, isEventStream } from "./forward/ending.ts";
import { upstreamHeaders } from "./forward/request-headers.ts";
import { amendResponse, responseHeaders } from "./forward/response-headers.ts";
import { upstreamUrl } from "./forward/upstream-url.ts";
import type { EdgeRequest, RequestUrl } from "./runtime.ts";

/** Who passed, and what goes along. */
export interface Passed {
  readonly rule: Rule | DefaultRule;
  readonly principal: Principal;
  /** The finalizers' headers for the upstream. */
  readonly ours: ReadonlyArray<readonly [name: string, value: string]>;
  /** Rides on the success (RFC 9449 section 8.2). */
  readonly nonce?: string;
  /** What an MCP server's answer becomes. */
  readonly mcp?: { readonly finish: Finish } | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly requestId: string;
  /** What the upstream is told it would be refused with, were it in earnest. */
  readonly would?: RefusalCode | undefined;
}

/** What the adapter carries out: where the request goes, what goes along, what comes back. */
export function allow(
  { rule, principal, ours, nonce, requestId, would, mcp, now }: Passed,
  request: EdgeRequest,
  url: RequestUrl,
  configuration: Configuration,
): Allow {
  const { forwardTo } = rule;
  const { endStreamsWithToken = true } = configuration;
  const end = endStreamsWithToken ? streamEnd(principal, now() / 1000) : undefined;
  const cors = rule.cors ?? configuration.cors;
  const amendments = {
    origin: request.headers.get("Origin"),
    requestId,
    ...(cors ? { cors } : {}),
    ...(nonce === undefined ? {} : { nonce }),
  };
  return {
    kind: "allow",
    rule: rule.id,
    principal,
    requestId,
    headers: upstreamHeaders(request, {
      url,
      ours,
      requestId,
      would,
      ...(forwardTo ? { forwardTo } : {}),
    }),
    ...(forwardTo
      ? {
          upstream: {
            url: upstreamUrl(forwardTo, url, rule.encodedSlashes),
            timeout: configuration.upstreamTimeout,
          },
        }
      : {}),
    ...(mcp || end !== undefined ? { finish: finishing(mcp?.finish, end, now) } : {}),
    responseHeaders: (upstream, status) => responseHeaders(upstream, { ...amendments, status }),
    amendResponse: (headers, status) => amendResponse(headers, { ...amendments, status }),
  };
}

/** The token's own end; of a stream that is opened in the leeway after it, the leeway's. */
function streamEnd({ ends, notAfter }: Principal, seconds: number): number | undefined {
  return ends !== undefined && ends > seconds ? ends : notAfter;
}

/** @param end seconds since the epoch at which the token that opened a stream ends it */
function finishing(mcp: Finish | undefined, end: number | undefined, now: () => number): Finish {
  return async (headers, answered) => {
    const body = mcp ? await mcp(headers, answered) : answered;
    if (end === undefined || body === null || !isEventStream(headers)) return body;
    return endingIn(end * 1000 - now(), body);
  };
}
