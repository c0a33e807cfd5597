import { setTimeout as wait } from "node:timers/promises";
import { EventStreamParser, type StreamEvent } from "../../src/mcp/event-stream.ts";

/** Milliseconds until a stream is asked for again, where the server names none. */
export const pause = 1000;
/** An hour: what a timer cannot hold ends at once. */
const longestPause = 3_600_000;
/** In a row without a single event. */
const mostAttempts = 5;

/** A stream that did not come to its end. */
export class StreamError extends Error {}

export function isEventStream(response: Response): boolean {
  const type = response.headers.get("Content-Type") ?? "";
  return response.ok && /^text\/event-stream\s*(?:;|$)/i.test(type);
}

/**
 * The events of a stream. One that breaks off is taken up where it broke (Last-Event-ID), and so is
 * one that the server ends before it is over: by default its end is that. Throws where it cannot be
 * taken up.
 */
export async function* resumed(
  first: Response,
  again: (lastEventId: string) => Promise<Response>,
  signal: AbortSignal,
  isOver: () => boolean = () => true,
): AsyncGenerator<StreamEvent> {
  let response: Response | undefined = first;
  let id: string | undefined;
  let retry = pause;
  for (let attempts = 0; attempts <= mostAttempts; attempts += 1) {
    try {
      for await (const event of response === undefined ? [] : eventsOf(response)) {
        id = event.id ?? id;
        retry = Math.min(event.retry ?? retry, longestPause);
        attempts = 0;
        yield event;
      }
      if (response !== undefined) {
        if (isOver()) return;
        if (id === undefined) throw new StreamError("the stream ended without an answer");
        attempts = 0;
      }
    } catch (broken) {
      if (signal.aborted || id === undefined) throw broken;
    }
    await wait(retry, undefined, { signal });
    response = await resume(again, id ?? "");
  }
  throw new StreamError("the stream broke off");
}

/** Undefined: nobody answers, or not yet. */
async function resume(
  again: (lastEventId: string) => Promise<Response>,
  id: string,
): Promise<Response | undefined> {
  const response = await again(id).catch(() => undefined);
  if (response === undefined || isEventStream(response)) return response;
  await response.body?.cancel();
  if (response.status < 500) throw new StreamError("the stream cannot be taken up again");
  return undefined;
}

async function* eventsOf({ body }: Response): AsyncGenerator<StreamEvent> {
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) yield* parser.push(decoder.decode(chunk, { stream: true }));
}
