import type { EncodedSlashes, ForwardTo } from "../configuration.ts";
import { withoutParameters } from "../query.ts";
import type { RequestUrl } from "../runtime.ts";

/** What no request line can carry. */
const unfit = /[^\x21-\x7e]+/gu;

/**
 * Where a request goes. Scheme, host and port are the rule's alone; the path is the one that
 * arrived, its encoded slashes decoded where the rule says `on`, then without `strip_path_prefix`
 * and behind `add_path_prefix`; the query is the one that arrived, byte
 * for byte, less `strip_query_parameters` and an `access_token`.
 */
export function upstreamUrl(
  forwardTo: ForwardTo,
  url: RequestUrl,
  encodedSlashes: EncodedSlashes,
): string {
  const arrived = encodedSlashes === "on" ? url.path.replace(/%2f/gi, "/") : url.path;
  const path = addPrefix(stripPrefix(arrived, forwardTo.stripPathPrefix), forwardTo.addPathPrefix);
  // Not through the parser, which spells "'" and others anew: a signed URL would no longer verify.
  const search = withoutParameters(url.search, forwardTo.stripQueryParameters);
  return withPath(forwardTo, path) + search.replace(unfit, encodeURIComponent);
}

/** What a parser leaves as it is, whatever it is behind: no dot segment, nothing to encode. */
const plain = /^(?:\/(?!\.)[A-Za-z0-9._~!$&()*+,;=:@-]*)+$/;

/** The origins of rules, as a parser spells them. */
const origins = new WeakMap<ForwardTo, string>();

/** A path is never parsed together with a host: "//evil.example" would become one. */
function withPath(forwardTo: ForwardTo, path: string): string {
  const known = origins.get(forwardTo);
  if (known !== undefined && plain.test(path)) return known + path;
  const upstream = new URL(`${forwardTo.scheme}://${forwardTo.host}`);
  if (upstream.pathname === "/") origins.set(forwardTo, upstream.href.slice(0, -1));
  upstream.pathname = path;
  return upstream.href;
}

/** By whole segments, and by what they mean: `/%61pi/x` has the prefix `/api` too, `/apikeys` has not. */
function stripPrefix(path: string, prefix = ""): string {
  if (prefix === "") return path;
  const stripped = segmentsOf(prefix);
  const segments = path.slice(1).split("/");
  const has = stripped.every((segment, at) => decoded(segments[at]) === decoded(segment));
  return has ? `/${segments.slice(stripped.length).join("/")}` : path;
}

function addPrefix(path: string, prefix = ""): string {
  if (prefix === "") return path;
  return [...segmentsOf(prefix).map((segment) => `/${segment}`), path].join("");
}

function segmentsOf(prefix: string): string[] {
  return prefix.split("/").filter((segment) => segment !== "");
}

function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
