import type { Allow } from "../../src/decision.ts";
import { type Problem, problemReply } from "../../src/forward/problem.ts";

/** What came back, complete: a Lambda's answer is one piece. */
export interface Carried {
  readonly status: number;
  readonly headers: Headers;
  readonly body?: Buffer;
  /** In place of an answer of the upstream. */
  readonly problem?: Problem;
}

export interface ForwardOptions {
  /** Bytes that the platform carries back. */
  readonly largest: number;
  /** Milliseconds until Lambda ends the function, which would answer nothing. */
  readonly remaining?: number;
  readonly send?: typeof fetch;
}

/** Milliseconds that an answer of our own takes at most. */
const toAnswer = 500;

/**
 * Sends an allowed request to its upstream, once; redirects are the client's to follow. No answer
 * is a 504, no connection and an answer that is too large a 502.
 */
export async function forward(
  request: { readonly method: string; readonly body: Buffer | undefined },
  allow: Allow,
  { largest, remaining = Number.POSITIVE_INFINITY, send = fetch }: ForwardOptions,
): Promise<Carried> {
  const failed = (problem: Problem): Carried => {
    const { body, ...reply } = problemReply(problem, request.method, allow);
    const answer = { ...reply, problem };
    return body === undefined ? answer : { ...answer, body: Buffer.from(body) };
  };
  const { upstream } = allow;
  if (upstream === undefined) return failed("nowhere");

  const controller = new AbortController();
  const wait = Math.min(upstream.timeout * 1000, remaining - toAnswer);
  const timer = setTimeout(() => controller.abort(), wait);
  try {
    const answer = await send(upstream.url, {
      method: request.method,
      headers: upstreamHeaders(allow.headers),
      body: bodyOf(request),
      redirect: "manual",
      cache: "no-store",
      signal: controller.signal,
    });
    const body = await whole(answer, largest);
    if (body === undefined) return failed("oversized");
    const headers = allow.responseHeaders(decoded(answer.headers, request.method), answer.status);
    return { status: answer.status, headers, body };
  } catch {
    return failed(controller.signal.aborted ? "late" : "unreachable");
  } finally {
    clearTimeout(timer);
  }
}

/** A Lambda upgrades no connection, and Node's fetch decodes whatever coding it gets: better none. */
function upstreamHeaders(allowed: Headers): Headers {
  const headers = new Headers(allowed);
  for (const name of ["Upgrade", "Content-Length"]) headers.delete(name);
  headers.set("Accept-Encoding", "identity");
  return headers;
}

/** Node's fetch sends no body with GET and HEAD. */
function bodyOf({ method, body }: { method: string; body: Buffer | undefined }) {
  return body === undefined || method === "GET" || method === "HEAD" ? null : new Uint8Array(body);
}

/** An upstream that encodes all the same was decoded by fetch. */
function decoded(upstream: Headers, method: string): Headers {
  const headers = new Headers(upstream);
  if (method === "HEAD") return headers;
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  return headers;
}

async function whole({ body }: Response, largest: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > largest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
