import { DpopError } from "./failure.ts";
import type { Hop } from "./request.ts";

/** Fetch standard, "HTTP-redirect fetch". */
export const mostRedirects = 20;

/** Where a redirect leads, as fetch would go on; undefined where the response is none. */
export function nextHop(response: Response, hop: Hop): Hop | undefined {
  if (hop.redirect !== "follow") return undefined;
  if (response.type === "opaqueredirect") {
    throw new DpopError(
      "redirect.hidden",
      `${hop.url.origin}${hop.url.pathname} redirects, and a browser does not say where to, so no proof can be made for it: ask for the final URL.`,
    );
  }
  const location = response.headers.get("Location");
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return undefined;
  if (!URL.canParse(location, hop.url.href)) return undefined;
  const url = new URL(location, hop.url.href);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  const next = withMethod(hop, response.status);
  const headers = url.origin === hop.url.origin ? next.headers : withoutCredentials(next.headers);
  return { ...next, url, headers };
}

function withMethod(hop: Hop, status: number): Hop {
  const becomesGet =
    (status === 303 && hop.method !== "GET" && hop.method !== "HEAD") ||
    ((status === 301 || status === 302) && hop.method === "POST");
  if (!becomesGet) return hop;
  const headers = new Headers(hop.headers);
  for (const name of ["Encoding", "Language", "Length", "Location", "Type"]) {
    headers.delete(`Content-${name}`);
  }
  return { ...hop, method: "GET", headers, body: undefined };
}

/** What must not follow to another origin; a token that may is added there anew. */
function withoutCredentials(headers: Headers): Headers {
  const rest = new Headers(headers);
  for (const name of ["Authorization", "Cookie", "DPoP", "Proxy-Authorization"]) rest.delete(name);
  return rest;
}
