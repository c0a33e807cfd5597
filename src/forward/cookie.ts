import type { EdgeRequest } from "../runtime.ts";

/** `Headers` joins fields with ", "; what follows one must be a cookie's name for it to be a seam. */
const seam = /, (?=[!#$%&'*+.^_`|~0-9A-Za-z-]+=)/g;

/** RFC 9113 section 8.2.3: several Cookie fields are one, joined with "; ". */
export function withOneCookie(request: EdgeRequest): EdgeRequest {
  const joined = request.headers.get("Cookie");
  if (joined === null || !joined.includes(", ")) return request;
  const headers = new Headers(request.headers);
  headers.set("Cookie", joined.replace(seam, "; "));
  return { ...request, headers };
}
