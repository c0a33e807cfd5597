import type { FetchInit } from "../request.ts";

/** What was asked, as it can be sent once more after a login. */
export async function repeatable(
  input: string | URL | Request,
  init: FetchInit,
): Promise<{ readonly url: URL; readonly init: FetchInit }> {
  if (!(input instanceof Request)) return { url: new URL(input.toString()), init };
  const { method, headers, signal, redirect, body } = input;
  const own = {
    method,
    headers,
    signal,
    redirect,
    ...(body ? { body: await input.arrayBuffer() } : {}),
  };
  return { url: new URL(input.url), init: { ...own, ...init } };
}

export function requestInit({ body, signal, ...rest }: FetchInit, headers: Headers): RequestInit {
  return { ...rest, headers, ...(body ? { body } : {}), ...(signal ? { signal } : {}) };
}
