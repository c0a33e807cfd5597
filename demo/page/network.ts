import type { Send } from "../answer.ts";
import { type Sent, sentOf } from "../sent.ts";

/** The browser's fetch for the client, and word of every request that it made. */
export function watchedFetch(watch: (sent: Sent) => void) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    const at = Date.now();
    const response = await fetch(url, { ...init, cache: "no-store" });
    const message = {
      method: init.method ?? "GET",
      headers: Object.fromEntries(new Headers(init.headers)),
    };
    const { status, headers } = response;
    const body = await response.clone().text();
    watch(sentOf(url, message, { status, headers, body }, at));
    return response;
  };
}

/** The browser's fetch for the thief: no client, no retry. */
export const browserSend: Send = async (url, { method = "GET", headers = {} } = {}) => {
  const fields = new Headers();
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) fields.append(name, value);
  }
  // Fifty equal requests would otherwise wait for each other's place in the cache.
  const response = await fetch(url, { method, headers: fields, cache: "no-store" });
  return { status: response.status, headers: response.headers, body: await response.text() };
};
