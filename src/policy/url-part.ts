import type { Seen } from "../mint/template-data.ts";
import { text } from "../mint/template-values.ts";

/** As one part of a path or a query. */
const urlpart = (value: unknown) =>
  encodeURIComponent(text(value).toWellFormed()).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** With the function that compiled URLs call around whatever a request brings. */
export function withUrlPart(seen: Seen): Seen {
  return {
    ...seen,
    language: { ...seen.language, functions: { ...seen.language?.functions, urlpart } },
  };
}
