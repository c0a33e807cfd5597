import type { Allow } from "../../src/decision.ts";
import { isPassable, type Problem, problemReply } from "../../src/forward/problem.ts";
import type { Carried } from "./edge.ts";
import type { KeptBody } from "./kept-body.ts";
import { respond } from "./respond.ts";
import { rewritten } from "./rewritten.ts";

/**
 * Sends an allowed request to its upstream, once, and streams the answer back; redirects are the
 * client's to follow. No answer is a 504, no connection or none that is understood a 502. A client that leaves ends both
 * (the platform cancels what a request began).
 */
export async function forward(asked: KeptBody, allow: Allow): Promise<Carried> {
  const { received: request } = asked;
  const failed = (problem: Problem): Carried => ({
    response: respond(problemReply(problem, request.method, allow)),
    problem,
  });
  const { upstream } = allow;
  if (upstream === undefined) return failed("nowhere");

  const answering = Promise.withResolvers<Response | undefined>();
  const deadline = new Deadline(upstream.timeout, () => answering.resolve(undefined));
  try {
    // No abort signal: what an answered request began, the platform ends with it.
    fetch(upstream.url, {
      method: request.method,
      headers: allow.headers,
      body: bodyOf(asked, deadline),
      redirect: "manual",
      // RFC 9111: what was decided for one client must not be stored for the next.
      cache: "no-store",
      encodeResponseBody: "manual",
    }).then(answering.resolve, answering.reject);
    const answer = await answering.promise;
    if (answer === undefined) return failed("late");
    if (!isPassable(answer.status) && answer.webSocket === null) {
      await answer.body?.cancel().catch(() => undefined);
      return failed("incomprehensible");
    }
    return { response: await rewritten(answer, allow) };
  } catch {
    // The platform has one error for no connection and for what it could not read.
    return failed("lost");
  } finally {
    deadline.end();
  }
}

/** The platform sends no body with GET and HEAD. */
function bodyOf(asked: KeptBody, deadline: Deadline): ReadableStream | Uint8Array | null {
  const { received: request } = asked;
  const bodiless = request.body === null || request.method === "GET" || request.method === "HEAD";
  const bytes = asked.bytes();
  if (bodiless || bytes !== undefined) {
    deadline.start();
    return bodiless ? null : (bytes ?? null);
  }
  const { readable, writable } = passage(request.headers.get("Content-Length"));
  void upload(request.body, writable, deadline);
  return readable;
}

/** Time counts only while the upstream owes something: an upload takes as long as its client takes. */
async function upload(
  body: ReadableStream<Uint8Array>,
  upstream: WritableStream<Uint8Array>,
  deadline: Deadline,
): Promise<void> {
  const writer = upstream.getWriter();
  try {
    for await (const chunk of body) {
      deadline.start();
      await writer.write(chunk);
      deadline.pause();
    }
    deadline.start();
    await writer.close();
  } catch (broken) {
    deadline.start();
    await writer.abort(broken).catch(() => undefined);
  }
}

/** A length that was told is told again; without one the body is chunked. */
function passage(length: string | null): IdentityTransformStream {
  return length === null
    ? new IdentityTransformStream()
    : new FixedLengthStream(Number.parseInt(length, 10));
}

/** The wait for an upstream to take what is sent and to begin its answer, in seconds. */
class Deadline {
  readonly #seconds: number;
  readonly #ring: () => void;
  #timer: number | null = null;
  #ended = false;

  constructor(seconds: number, ring: () => void) {
    this.#seconds = seconds;
    this.#ring = ring;
  }

  start(): void {
    this.pause();
    if (this.#ended) return;
    this.#timer = setTimeout(this.#ring, this.#seconds * 1000);
  }

  pause(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  end(): void {
    this.#ended = true;
    this.pause();
  }
}
