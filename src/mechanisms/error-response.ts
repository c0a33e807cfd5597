import { Fault, Refused } from "../decision.ts";
import type { ErrorResponseCode } from "../mechanisms.ts";
import { renderHeader, renderMarkup, renderPayload, valuesOf } from "../mint/render.ts";
import { withUrlPart } from "../policy/url-part.ts";

/** The error handlers `redirect` and `generic`. Undefined where the request makes no such answer. */
export const errorResponse: ErrorResponseCode = (handler, usual, before) => {
  const seen = withUrlPart({ ...before, values: valuesOf(handler.values, before) });
  const headers = new Headers(usual.headers);
  for (const name of ["Content-Type", "WWW-Authenticate"]) headers.delete(name);
  // Whatever a browser is sent here stays what it says it is.
  headers.set("X-Content-Type-Options", "nosniff");
  try {
    for (const [name, template] of handler.headers) {
      const value = renderHeader(template, seen);
      if (name.toLowerCase() === "location" && !keepsOrigin(value, handler.origin))
        return undefined;
      headers.append(name, value);
    }
    const render = isMarkup(headers) ? renderMarkup : renderPayload;
    const body = handler.body && render(handler.body, seen);
    if (body !== undefined && !headers.has("Content-Type"))
      headers.set("Content-Type", /^\s*[[{]/.test(body) ? "application/json" : "text/plain");
    const { kind, code } = usual;
    const answer = {
      kind,
      ...(code === undefined ? {} : { code }),
      status: handler.status,
      headers,
    };
    return body === undefined || seen.request.method === "HEAD" ? answer : { ...answer, body };
  } catch (error) {
    if (error instanceof Fault || error instanceof Refused) return undefined;
    throw error;
  }
};

function keepsOrigin(location: string, origin: string | undefined): boolean {
  return origin !== undefined && URL.canParse(location) && new URL(location).origin === origin;
}

/** HTML, and XML of every kind, SVG included: whatever a browser takes scripts from. */
function isMarkup(headers: Headers): boolean {
  return /html|xml/i.test(headers.get("Content-Type") ?? "");
}
