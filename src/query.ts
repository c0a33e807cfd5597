import { caseless } from "./caseless.ts";

/** RFC 6750 section 2.3; some upstreams ignore case, PHP reads `access.token` and `access_token[]` as it. */
const tokenParameter = /^\s*access[_.[ +]token(?:\[.*)?$/is;

/** A name that is the parameter's holds this word, unless it is encoded. */
const suspicious = /%|token/i;

/** Whether a query ("" or "?...") has the parameter by which an access token can be sent. */
export function hasTokenParameter(search: string): boolean {
  return (
    suspicious.test(search) && parametersOf(search).some(({ name }) => tokenParameter.test(name))
  );
}

/**
 * The query less the access token and the parameters of these names, as any upstream may read them;
 * byte for byte but for those.
 */
export function withoutParameters(search: string, names: readonly string[]): string {
  if (search === "" || (names.length === 0 && !suspicious.test(search))) return search;
  const parameters = parametersOf(search);
  const unwanted = new Set(names.map(spelled));
  const kept = parameters.filter(
    ({ name }) =>
      !unwanted.has(spelled(name)) && !unwanted.has(plain(name)) && !tokenParameter.test(name),
  );
  if (kept.length === parameters.length) return search;
  const [first, ...rest] = kept;
  if (first === undefined) return "";
  return `?${first.text}${rest.map(({ before, text }) => before + text).join("")}`;
}

/** Some upstreams ignore case, and PHP takes `a.b` for `a_b`. */
function spelled(name: string): string {
  return caseless(name.trimStart()).replace(/[. +]/g, "_");
}

/** `a[]` and `a[x]` are members of `a`. */
function plain(name: string): string {
  return spelled(name.replace(/\[.*$/s, ""));
}

interface Parameter {
  /** The separator before it: some upstreams take ";" for "&". */
  readonly before: string;
  readonly text: string;
  readonly name: string;
}

function parametersOf(search: string): Parameter[] {
  const parts = search.slice(1).split(/([&;])/);
  return parts.flatMap((text, at) =>
    at % 2 === 0 ? [{ before: parts[at - 1] ?? "", text, name: parameterName(text) }] : [],
  );
}

function parameterName(text: string): string {
  const [name = ""] = text.split("=", 1);
  if (!/[%+]/.test(name)) return name;
  for (const [decoded] of new URLSearchParams(`&${name}`)) return decoded;
  return "";
}
