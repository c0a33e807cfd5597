/** Milliseconds; what timers can count. */
const longestWait = 2 ** 31 - 1;

/** Whether an answer goes on for as long as both sides like. */
export function isEventStream(headers: Headers): boolean {
  return /^text\/event-stream\s*(?:;|$)/i.test(headers.get("Content-Type") ?? "");
}

/** A stream that ends in that many milliseconds at the latest; until then every chunk passes as it comes. */
export function endingIn(milliseconds: number, body: ReadableStream): ReadableStream {
  const reader = body.getReader();
  let timer: unknown;
  const over = new Promise<{ readonly done: true }>((resolve) => {
    const end = () => resolve({ done: true });
    timer = setTimeout(end, Math.min(Math.max(milliseconds, 0), longestWait));
  });
  return new ReadableStream({
    async pull(controller) {
      const next = await Promise.race([reader.read(), over]);
      if (!next.done) return controller.enqueue(next.value);
      clearTimeout(timer);
      controller.close();
      // The other side may still be writing.
      await reader.cancel().catch(() => undefined);
    },
    async cancel(reason) {
      clearTimeout(timer);
      await reader.cancel(reason);
    },
  });
}
