import { createProxyHandler } from "../adapters/aws/index.ts";
import { webPlatform } from "../adapters/web/platform.ts";
import type { Configuration } from "../src/configuration.ts";
import { allMechanisms } from "../src/mechanisms/all.ts";
import { createMemoryRevocations } from "../src/revocation/memory.ts";
import type { ReplayStore } from "../src/runtime.ts";
import type { Send } from "../src/testing/index.ts";

/** The Lambda proxy as an HTTP API calls it (payload format 2.0), in this process. */
export async function lambda(
  configuration: Configuration,
  secrets: Readonly<Record<string, string>>,
  replay: ReplayStore,
): Promise<Send> {
  const handler = createProxyHandler(
    { ...configuration, mechanisms: allMechanisms },
    {
      runtime: {
        ...webPlatform,
        secret: (from) => ("binding" in from ? secrets[from.binding] : undefined),
        replay,
        // Nobody is revoked.
        revocations: createMemoryRevocations({ now: () => Date.now() }),
        emit: () => undefined,
      },
    },
  );
  return async (request) => responseOf(await handler(await eventOf(request)));
}

async function eventOf(request: Request) {
  const { pathname, search, host } = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  return {
    version: "2.0",
    rawPath: decodeURI(pathname),
    rawQueryString: search.slice(1),
    headers: { host, ...Object.fromEntries(request.headers) },
    requestContext: {
      domainName: host,
      stage: "$default",
      http: { method: request.method, sourceIp: "127.0.0.1" },
    },
    ...(body.length === 0 ? {} : { body: body.toString("base64"), isBase64Encoded: true }),
  };
}

type Result = Awaited<ReturnType<ReturnType<typeof createProxyHandler>>>;

function responseOf(result: Result): Response {
  const { statusCode = 500, body, isBase64Encoded = false } = result;
  const headers = new Headers();
  for (const [name, value] of Object.entries(result.headers ?? {})) {
    headers.append(name, String(value));
  }
  const bytes = body ? Buffer.from(body, isBase64Encoded ? "base64" : "utf8") : null;
  return new Response(bytes, { status: statusCode, headers });
}
