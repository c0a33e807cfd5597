/** Milliseconds; what timers can count. */
const longestWait = 2 ** 31 - 1;

/** Whether an answer goes on for as long as both sides like. */
export function isEventStream(headers: Headers): boolean {
  return /^text\/event-stream\s*(?:;|$)/i.test(headers.get("Content-Type") ?? "");
}

/**
 * A stream that ends in that many milliseconds at the latest; until then every chunk passes as it
 * comes. No race with the clock a chunk: each would keep its chunk until the stream ends.
 */
export function endingIn(milliseconds: number, body: ReadableStream): ReadableStream {
  const reader = body.getReader();
  let ended = false;
  let timer: unknown;
  const leave = () => {
    ended = true;
    clearTimeout(timer);
  };
  return new ReadableStream({
    start(controller) {
      const end = () => {
        leave();
        controller.close();
        // The other side may still be writing.
        reader.cancel().catch(() => undefined);
      };
      timer = setTimeout(end, Math.min(Math.max(milliseconds, 0), longestWait));
    },
    async pull(controller) {
      try {
        const next = await reader.read();
        if (ended) return;
        if (!next.done) return controller.enqueue(next.value);
        leave();
        controller.close();
      } catch (broken) {
        if (ended) return;
        leave();
        throw broken;
      }
    },
    async cancel(reason) {
      leave();
      await reader.cancel(reason);
    },
  });
}
