import type { Send } from "../answer.ts";
import { type Sent, sentOf } from "../sent.ts";

/** The browser's fetch; where nobody answers it says so for people. */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    // Fifty equal requests would otherwise wait for each other's place in the cache.
    return await fetch(url, { ...init, cache: "no-store" });
  } catch {
    const { host } = new URL(url, location.href);
    throw new Error(`Nobody answers at ${host}. Is the demo still running?`);
  }
}

/** The browser's fetch for the client, and word of every request that it made. */
export function watchedFetch(watch: (sent: Sent) => void) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    const at = Date.now();
    const response = await ask(url, init);
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
  const response = await ask(url, { method, headers: fields });
  return { status: response.status, headers: response.headers, body: await response.text() };
};
