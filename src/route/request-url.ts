import type { Configuration } from "../configuration.ts";
import { Refused } from "../decision.ts";
import { isLoopback } from "../loopback.ts";
import type { EdgeRequest, RequestUrl } from "../runtime.ts";

/** Read by hand: a URL parser would resolve dot segments before anyone has seen them. */
const absolute = /^(https?):\/\/([^/\\?#]+)([^?#]*)(\?[^#]*)?/i;

/**
 * RFC 9110 section 4.3: which of our origins was asked, by what the platform routed by and never by
 * a forwarded header; and the path as it arrived. The caller checks the path.
 * @throws Refused route.unsafe when the URL cannot be read, or names a user; route.insecure for
 * plain http beyond loopback; route.misdirected for an origin that is not ours.
 */
export function requestUrl(
  request: EdgeRequest,
  settings: Pick<Configuration, "publicOrigins" | "basePath">,
): RequestUrl {
  const [, scheme = "", authority = "", arrived = "", search = ""] =
    absolute.exec(request.url) ?? [];
  const origin = ourOrigin(scheme, authority, settings.publicOrigins);
  const path = arrived === "" ? "/" : arrived;
  const basePath = settings.basePath || (request.basePath ?? "");
  return { public: new URL(`${origin}${basePath}${path}${search}`), path, search };
}

/** What was asked and is ours, by the configured origins that it is compared with. */
const known = new WeakMap<readonly string[], Map<string, string>>();
/** A host's name can be spelled in many cases, and be any where none is configured. */
const mostKnown = 64;

function ourOrigin(scheme: string, authority: string, configured: readonly string[]): string {
  const spelled = `${scheme}://${authority}`;
  const remembered = known.get(configured) ?? new Map<string, string>();
  const before = remembered.get(spelled);
  if (before !== undefined) return before;
  const asked = readOrigin(scheme, authority);
  refuseInsecure(asked);
  const origin = publicOrigin(asked, configured);
  if (remembered.size < mostKnown) known.set(configured, remembered.set(spelled, origin));
  return origin;
}

function readOrigin(scheme: string, authority: string): URL {
  // Whoever embeds the line hands over what its server calls a URL, which may be a path alone.
  if (scheme === "") {
    throw new Refused("route.unsafe", {
      expected: "an absolute URL, such as https://api.example.com/api",
      found: "a URL without scheme and host",
    });
  }
  const origin = `${scheme}://${authority}`;
  // Whoever reads "api.example@evil.example" in a hurry sees another host.
  if (authority === "" || /[@\s]/.test(authority) || !URL.canParse(origin)) {
    throw new Refused("route.unsafe", {
      expected: "an http or https URL without user information",
    });
  }
  return new URL(origin);
}

function refuseInsecure(asked: URL): void {
  if (asked.protocol === "https:" || isLoopback(asked.hostname)) return;
  throw new Refused("route.insecure", { expected: "https", found: asked.origin });
}

/** Both sides as a URL parser spells them: host in lower case, the scheme's own port left out. */
function publicOrigin(asked: URL, configured: readonly string[]): string {
  // "api.example." is "api.example" to DNS and another host to whatever compares names.
  if (asked.hostname.endsWith(".")) throw misdirected(asked, configured);
  if (configured.length === 0) return asked.origin;
  const ours = configured.some(
    (origin) => origin === asked.origin || originOf(origin) === asked.origin,
  );
  if (!ours) throw misdirected(asked, configured);
  return asked.origin;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

function misdirected(asked: URL, configured: readonly string[]): Refused {
  return new Refused("route.misdirected", {
    expected: configured.length === 0 ? "a host without a trailing dot" : configured.join(", "),
    found: asked.origin,
  });
}
