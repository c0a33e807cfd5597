import type { Allow } from "../../src/decision.ts";
import { isPassable, type Problem, problemReply } from "../../src/forward/problem.ts";
import {
  createHttpCall,
  IncomprehensibleAnswer,
  LostConnection,
  type Send,
  type UpstreamAnswer,
} from "./http-call.ts";

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
  readonly send?: Send;
}

/** Milliseconds that an answer of our own takes at most. */
const toAnswer = 500;

const callUpstream = createHttpCall();

/**
 * Sends an allowed request to its upstream, once; redirects are the client's to follow. No answer
 * is a 504; no connection, and an answer that is too large or cannot be understood, a 502.
 */
export async function forward(
  request: { readonly method: string; readonly body: Buffer | undefined },
  allow: Allow,
  { largest, remaining = Number.POSITIVE_INFINITY, send = callUpstream }: ForwardOptions,
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
    // API Gateway turns what it does not know into a bare 500.
    if (!isPassable(answer.status)) return failed("incomprehensible");
    const headers = allow.responseHeaders(answer.headers, answer.status);
    return { status: answer.status, headers, body: await finished(allow, headers, body) };
  } catch (fault) {
    return failed(controller.signal.aborted ? "late" : problemOf(fault));
  } finally {
    clearTimeout(timer);
  }
}

async function finished({ finish }: Allow, headers: Headers, body: Buffer): Promise<Buffer> {
  if (finish === undefined) return body;
  const stream = await finish(headers, new Response(new Uint8Array(body)).body);
  return stream === null ? body : Buffer.from(await new Response(stream).arrayBuffer());
}

function problemOf(fault: unknown): Problem {
  if (fault instanceof IncomprehensibleAnswer) return "incomprehensible";
  return fault instanceof LostConnection ? "lost" : "unreachable";
}

/** A Lambda upgrades no connection, and the length is that of the body as it is sent. */
function upstreamHeaders(allowed: Headers): Headers {
  const headers = new Headers(allowed);
  for (const name of ["Upgrade", "Content-Length"]) headers.delete(name);
  return headers;
}

/** As on Workers: no body with GET and HEAD. */
function bodyOf({ method, body }: { method: string; body: Buffer | undefined }) {
  return body === undefined || method === "GET" || method === "HEAD" ? null : new Uint8Array(body);
}

async function whole({ body }: UpstreamAnswer, largest: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > largest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
