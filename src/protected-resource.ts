import type { ProtectedResource } from "./configuration.ts";
import type { Reply } from "./forward/reply.ts";
import { matchesHost } from "./route/host.ts";
import type { EdgeRequest, RequestUrl } from "./runtime.ts";

/** RFC 9728 section 3.1: a resource's own path follows. */
export const metadataPath = "/.well-known/oauth-protected-resource";

/** Seconds that clients and caches may keep the metadata. */
const maxAge = 300;

/** The nearest resource that the URL is part of. */
export function protectedResourceAt(
  resources: readonly ProtectedResource[] | undefined,
  { path, public: asked }: RequestUrl,
): ProtectedResource | undefined {
  return resources?.find(
    (each) => isFor(each, asked) && (path === each.path || path.startsWith(`${each.path}/`)),
  );
}

/** Where clients find its metadata: the `resource_metadata` of a challenge. */
export function metadataUrl(
  resource: ProtectedResource,
  { public: asked, path }: RequestUrl,
): string {
  return `${asked.origin}${basePathOf(asked, path)}${metadataPath}${resource.path}`;
}

/**
 * RFC 9728 section 3: the metadata at the path form, and at the root form too where there is one
 * resource only, since clients ask there next. Undefined for any other URL.
 */
export function metadataReply(
  resources: readonly ProtectedResource[] = [],
  { method }: Pick<EdgeRequest, "method">,
  url: RequestUrl,
): Reply | undefined {
  const { path, public: asked } = url;
  if (resources.length === 0) return undefined;
  if (path !== metadataPath && !path.startsWith(`${metadataPath}/`)) return undefined;
  // Public, and read by pages of any origin. MCP clients send headers that ask for a preflight.
  const headers = new Headers({
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "*",
  });
  if (method === "OPTIONS") return { status: 204, headers };
  if (method !== "GET" && method !== "HEAD") {
    headers.set("Allow", "GET, HEAD");
    return { status: 405, headers };
  }
  const here = resources.filter((each) => isFor(each, asked));
  const [only] = here;
  const resource =
    here.find((each) => path === `${metadataPath}${each.path}`) ??
    (path === metadataPath && here.length === 1 ? only : undefined);
  if (resource === undefined) return { status: 404, headers };
  headers.set("Content-Type", "application/json");
  headers.set("Cache-Control", `public, max-age=${maxAge}`);
  if (method === "HEAD") return { status: 200, headers };
  const identifier = `${asked.origin}${basePathOf(asked, path)}${resource.path}`;
  return {
    status: 200,
    headers,
    body: JSON.stringify({ resource: identifier, ...resource.metadata }),
  };
}

function isFor({ hosts }: ProtectedResource, asked: URL): boolean {
  return hosts.length === 0 || hosts.some((host) => matchesHost(host, asked));
}

/** What the platform removed before the path arrived. */
function basePathOf(asked: URL, arrived: string): string {
  return asked.pathname.endsWith(arrived) ? asked.pathname.slice(0, -arrived.length) : "";
}
