import type { Principal } from "./decision.ts";
import type { Language } from "./mint/language.ts";
import type { Seen } from "./mint/template-data.ts";
import type { EdgeRequest, RequestUrl } from "./runtime.ts";

/** What a rule's documents may see of a request, before any of their steps ran. */
export function seenOf(
  { id, attributes, scopes, act }: Pick<Principal, "id" | "attributes" | "scopes" | "act">,
  request: EdgeRequest,
  url: RequestUrl,
  captures: Readonly<Record<string, string>>,
  language?: Language,
  body?: unknown,
): Seen {
  const { method, headers, clientAddress } = request;
  return {
    subject: { id, attributes, scopes, ...(act === undefined ? {} : { act }) },
    request: {
      method,
      url: url.public,
      captures,
      headers,
      clientAddresses: clientAddress === undefined ? [] : [clientAddress],
      ...(body === undefined ? {} : { body }),
    },
    values: {},
    outputs: {},
    ...(language ? { language } : {}),
  };
}
