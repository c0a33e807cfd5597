import type { Decision } from "./decision.ts";
import type { End } from "./event/recorder.ts";
import type { Fields } from "./fields.ts";
import type { JsonObject } from "./jws/json.ts";
import type { EdgeRequest } from "./runtime.ts";

/** Decides about requests, by one configuration. */
export interface Authorizer {
  /** Never throws: what cannot be decided is refused. Emits exactly one event. */
  authorize(request: ReceivedRequest): Promise<Decision>;
  /** As `authorize`, for who carries the decision out: the event waits for how it ended. */
  decide(request: EdgeRequest): Promise<Decided>;
  /** The public keys of internal tokens, a JWK set. Throws a Fault when a signing secret is bad. */
  publicKeys(): Promise<{ readonly keys: readonly JsonObject[] }>;
  /** Asks for the secrets now, not at the first request. Throws a Fault that names each bad one. */
  ready(): Promise<void>;
  /**
   * Asks for the secrets and for the issuers' keys now, so that the first request waits for neither.
   * Never throws: what is not there is told by the request that needs it.
   */
  warmUp(): Promise<void>;
}

export interface Decided {
  readonly decision: Decision;
  readonly end: End;
}

/** A request as whoever embeds the line has it: header fields in a Headers, or as Node has them. */
export interface ReceivedRequest extends Omit<EdgeRequest, "headers"> {
  readonly headers: Fields | PlainHeaders;
}

/** Node's IncomingHttpHeaders, or any object of names and values. */
export type PlainHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export function withHeaders(received: ReceivedRequest): EdgeRequest {
  // By name: a spread leaves out what a class gives, and fetch's Request is one.
  const { method, url, headers } = received;
  return { ...received, method, url, headers: isFields(headers) ? headers : read(headers) };
}

/** By what it does: another realm's Headers is none of ours. */
function isFields(headers: Fields | PlainHeaders): headers is Fields {
  return typeof headers.get === "function";
}

/** Fields that came twice stay two: what may come once only is then seen to have come twice. */
function read(plain: PlainHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(plain)) {
    for (const each of typeof value === "string" ? [value] : (value ?? [])) {
      append(headers, name, each);
    }
  }
  return headers;
}

/** What no HTTP message can hold has come from no client: it is left out, and nothing passes by it. */
function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    // A name or a value that is none.
  }
}
