/** Of the runtime's own RequestInit; unknown where the consumer compiles without one. */
type Of<Member extends string> =
  RequestInit extends Partial<Record<Member, infer Value>> ? Value : unknown;

/** fetch's second argument; libraries that write `undefined` for what they leave out are welcome. */
export type FetchInit = Omit<RequestInit, "body" | "signal"> & {
  body?: Of<"body"> | undefined;
  signal?: Of<"signal"> | undefined;
};

/** fetch's own signature. */
export type Fetch = (input: string | URL | Request, init?: FetchInit) => Promise<Response>;

/** One request on its way: what was asked, then, after redirects, where that led. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Of<"body"> | undefined;
  /** Everything else that was asked: signal, credentials, and what only one runtime knows. */
  readonly init: FetchInit;
  readonly redirect: "follow" | "error" | "manual";
}

/** As the platform's fetch would read its arguments: base URL, method, headers. */
export async function firstHop(input: string | URL | Request, init: FetchInit = {}): Promise<Hop> {
  const { body, signal, duplex: _, ...rest } = init;
  const asked = new Request(input, { ...rest, ...(signal ? { signal } : {}) });
  const sent = body === undefined || body === null ? await ownBody(asked) : body;
  const given = input instanceof Request ? { ...settings(input), ...rest } : rest;
  return {
    url: new URL(asked.url),
    method: asked.method,
    headers: new Headers(asked.headers),
    body: sent,
    init: input instanceof Request || signal ? { ...given, signal: signal ?? asked.signal } : given,
    redirect: asked.redirect,
  };
}

/** A Request's body can be read once: in memory it can be sent once more. */
async function ownBody(asked: Request): Promise<ArrayBuffer | undefined> {
  return asked.body === null ? undefined : await asked.arrayBuffer();
}

/** What a Request says beside URL, method, headers and body, as far as the runtime has it and it says something. */
function settings(request: Request): FetchInit {
  const { cache, credentials, integrity, keepalive, mode, referrer } = request;
  return {
    ...(cache === undefined || cache === "default" ? {} : { cache }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(integrity ? { integrity } : {}),
    ...(keepalive ? { keepalive } : {}),
    ...(mode === undefined || mode === "navigate" ? {} : { mode }),
    ...(referrer === undefined || referrer === "about:client" ? {} : { referrer }),
  };
}

/** Whether the body can be sent once only: a stream, or what is read like one. */
export function isOneShot(body: Hop["body"]): boolean {
  if (typeof body !== "object" || body === null) return false;
  return "getReader" in body || Symbol.asyncIterator in body;
}

/** `redirect` is ours: a proof is good for one URL, so every hop needs its own. */
export function fetchInit(hop: Hop, headers: Headers): RequestInit {
  const { signal, body: _, ...rest } = hop.init;
  const { method, body, redirect } = hop;
  return {
    ...rest,
    method,
    headers,
    redirect: redirect === "follow" ? "manual" : redirect,
    ...(signal ? { signal } : {}),
    ...(body === undefined || body === null ? {} : { body }),
    // The Fetch standard wants it said, for streams.
    ...(isOneShot(body) ? { duplex: "half" } : {}),
  };
}
