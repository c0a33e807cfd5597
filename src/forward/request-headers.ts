import type { ForwardTo } from "../configuration.ts";
import type { Fields } from "../fields.ts";
import type { EdgeRequest, RequestUrl } from "../runtime.ts";
import { type DroppedHeaders, droppedBy, spelling } from "./dropped-headers.ts";
import { hopByHop, isHopByHop } from "./hop-by-hop.ts";

/**
 * The headers for whoever is behind the edge: the client's, without what concerns this hop, without
 * its token and proof, without what is for a proxy to say (dropped-headers.ts; a rule's
 * `forward_headers` lets some through), without a copy of anything that we set; then X-Forwarded-For, -Host (unless
 * the rule keeps the client's host to itself) and -Proto as we know them; then `ours`. The Host
 * itself is the upstream's: fetch derives it from the URL.
 */
export function upstreamHeaders(
  request: EdgeRequest,
  options: {
    readonly url: RequestUrl;
    readonly forwardTo?: ForwardTo;
    readonly ours: ReadonlyArray<readonly [name: string, value: string]>;
    readonly requestId?: string;
    readonly would?: string | undefined;
  },
): Headers {
  const { url, forwardTo, ours, requestId, would } = options;
  const { forwardHostHeader = true, forwardHeaders = nothing } = forwardTo ?? {};
  const headers = fromClient(request, ours.map(spelledName), forwardHeaders);
  if (request.clientAddress !== undefined) headers.set("X-Forwarded-For", request.clientAddress);
  if (forwardHostHeader) headers.set("X-Forwarded-Host", url.public.host);
  headers.set("X-Forwarded-Proto", url.public.protocol.slice(0, -1));
  if (requestId !== undefined) headers.set("X-Request-Id", requestId);
  if (would !== undefined) headers.set("X-Dpop-Edge-Would", would);
  for (const [name] of ours) headers.delete(name);
  for (const [name, value] of ours) if (value !== "") headers.append(name, value);
  return headers;
}

const nothing: readonly string[] = [];

function spelledName([name]: readonly [name: string, value: string]): string {
  return fateOf(name).spelled;
}

function fromClient(
  request: EdgeRequest,
  ours: readonly string[],
  letThrough: readonly string[],
): Headers {
  const headers = new Headers();
  const named = namedHopByHop(request.headers);
  request.headers.forEach((value, name) => {
    const { spelled, hopByHop, dropped } = fateOf(name);
    if (hopByHop || ours.includes(spelled)) return;
    // To CGI and its heirs the two are one, and only the other one has been judged.
    if (spelled !== name && request.headers.has(spelled)) return;
    if (named?.(name) || named?.(spelled)) return;
    if (dropped !== undefined && (dropped.always || !letThrough.includes(name))) return;
    headers.append(name, value);
  });
  if (isWebSocketUpgrade(request)) headers.set("Upgrade", "websocket");
  return headers;
}

/** What a header's name alone decides. */
interface Fate {
  readonly spelled: string;
  readonly hopByHop: boolean;
  readonly dropped: DroppedHeaders | undefined;
}

/** Names that were seen; clients repeat the same dozen. Full, it stays as it is. */
const fates = new Map<string, Fate>();
const mostFates = 512;
const longestName = 64;

function fateOf(name: string): Fate {
  const known = fates.get(name);
  if (known !== undefined) return known;
  const spelled = spelling(name);
  const hopByHop = isHopByHop(name) || isHopByHop(spelled);
  const fate = { spelled, hopByHop, dropped: droppedBy(spelled) };
  if (fates.size < mostFates && name.length <= longestName) fates.set(name, fate);
  return fate;
}

/** Which names this request's `Connection` makes its own; mostly there is none. */
function namedHopByHop(headers: Fields): ((name: string) => boolean) | undefined {
  return headers.has("Connection") ? hopByHop(headers) : undefined;
}

/** RFC 6455 section 4.1; any other upgrade (h2c) would take the connection out of our sight. */
function isWebSocketUpgrade(request: EdgeRequest): boolean {
  return request.method === "GET" && request.headers.get("Upgrade")?.toLowerCase() === "websocket";
}
