import type { ForwardTo } from "../configuration.ts";
import type { EdgeRequest, RequestUrl } from "../runtime.ts";
import { hopByHop } from "./hop-by-hop.ts";

/** Never a client's to send on, however spelled. */
const dropped = new Set([
  // The client's proof of who it is ends here.
  "authorization",
  "dpop",
  // Ours and fetch's to say.
  "host",
  "expect",
  "forwarded",
  "http2-settings",
  // Who is asking: believed by many upstreams.
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "client-ip",
  "true-client-ip",
  // Another path or method than the one that the rule was found by and the proof was made for.
  "x-rewrite-url",
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
  // In our logs' name.
  "x-request-id",
]);
// "cf-" is the platform's: it adds its own on the way to the upstream, a client's copy
// (Cf-Access-Authenticated-User-Email) would be taken for them.
const droppedFamilies = ["x-forwarded-", "x-original-", "cf-"];

/**
 * The headers for whoever is behind the edge: the client's, without what concerns this hop, without
 * its token and proof, without a copy of anything that we set; then X-Forwarded-For, -Host (unless
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
  },
): Headers {
  const headers = fromClient(request, new Set(options.ours.map(([name]) => spelling(name))));
  for (const [name, value] of forwarded(request, options.url, options.forwardTo))
    headers.set(name, value);
  if (options.requestId !== undefined) headers.set("X-Request-Id", options.requestId);
  for (const [name] of options.ours) headers.delete(name);
  for (const [name, value] of options.ours) headers.append(name, value);
  return headers;
}

function fromClient(request: EdgeRequest, ours: ReadonlySet<string>): Headers {
  const headers = new Headers();
  const isHopByHop = hopByHop(request.headers);
  for (const [name, value] of request.headers) {
    const spelled = spelling(name);
    if (isHopByHop(name) || isHopByHop(spelled) || isDropped(spelled) || ours.has(spelled))
      continue;
    headers.append(name, value);
  }
  if (isWebSocketUpgrade(request)) headers.set("Upgrade", "websocket");
  return headers;
}

/** CGI and its heirs read X_Forwarded_For, and some X.Forwarded.For, as X-Forwarded-For. */
function spelling(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "-");
}

function isDropped(spelled: string): boolean {
  return dropped.has(spelled) || droppedFamilies.some((family) => spelled.startsWith(family));
}

/** RFC 6455 section 4.1; any other upgrade (h2c) would take the connection out of our sight. */
function isWebSocketUpgrade(request: EdgeRequest): boolean {
  return request.method === "GET" && request.headers.get("Upgrade")?.toLowerCase() === "websocket";
}

function* forwarded(
  request: EdgeRequest,
  url: RequestUrl,
  forwardTo: ForwardTo | undefined,
): Generator<readonly [string, string]> {
  if (request.clientAddress !== undefined) yield ["X-Forwarded-For", request.clientAddress];
  if (forwardTo?.forwardHostHeader ?? true) yield ["X-Forwarded-Host", url.public.host];
  yield ["X-Forwarded-Proto", url.public.protocol.slice(0, -1)];
}
