import type { EncodedSlashes, ForwardTo } from "../configuration.ts";
import type { RequestUrl } from "../runtime.ts";

/**
 * Where a request goes. Scheme, host and port are the rule's alone; the path is the one that
 * arrived, its encoded slashes decoded where the rule says `on`, then without `strip_path_prefix`
 * and behind `add_path_prefix`; the query is the one that arrived, less `strip_query_parameters`.
 */
export function upstreamUrl(
  forwardTo: ForwardTo,
  url: RequestUrl,
  encodedSlashes: EncodedSlashes,
): string {
  // A path is never parsed together with a host: "//evil.example" would become one.
  const upstream = new URL(`${forwardTo.scheme}://${forwardTo.host}`);
  const arrived = encodedSlashes === "on" ? url.path.replace(/%2f/gi, "/") : url.path;
  upstream.pathname = addPrefix(
    stripPrefix(arrived, forwardTo.stripPathPrefix),
    forwardTo.addPathPrefix,
  );
  upstream.search = stripParameters(url.search, forwardTo.stripQueryParameters);
  return upstream.href;
}

/** By whole segments, and by what they mean: `/%61pi/x` has the prefix `/api` too, `/apikeys` has not. */
function stripPrefix(path: string, prefix = ""): string {
  const stripped = segmentsOf(prefix);
  const segments = path.slice(1).split("/");
  const has = stripped.every((segment, at) => decoded(segments[at]) === decoded(segment));
  return has ? `/${segments.slice(stripped.length).join("/")}` : path;
}

function addPrefix(path: string, prefix = ""): string {
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

/** What stays is left as it was written. Some upstreams take ";" for "&". */
function stripParameters(search: string, names: readonly string[]): string {
  if (names.length === 0) return search;
  const stays = (parameter: string) => !names.includes(parameterName(parameter));
  return search
    .slice(1)
    .split("&")
    .map((parameters) => parameters.split(";").filter(stays).join(";"))
    .filter((parameters) => parameters !== "")
    .join("&");
}

function parameterName(parameter: string): string {
  for (const [name] of new URLSearchParams(parameter)) return name;
  return "";
}
