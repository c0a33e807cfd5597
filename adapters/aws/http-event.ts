import type { Configuration } from "../../src/configuration.ts";
import type { EdgeRequest } from "../../src/runtime.ts";
import { addressed } from "./address.ts";
import { type CertificateHolder, clientCertificate } from "./client-certificate.ts";
import { type EventHeaders, headersOf } from "./headers.ts";
import { decodedPath, encodedPath, withoutPrefix } from "./path.ts";

/** What every event of payload 2.0 has: of an HTTP API's authorizer and integration, of a function URL. */
export interface HttpEvent extends EventHeaders {
  readonly version: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly requestContext: {
    readonly domainName: string;
    readonly stage: string;
    readonly requestId?: string;
    readonly http: { readonly method: string; readonly sourceIp: string };
    readonly authentication?: CertificateHolder | null | undefined;
  };
}

/** A function URL looks like an HTTP API, but for its domain. */
export function isFunctionUrl({ requestContext }: Pick<HttpEvent, "requestContext">): boolean {
  return requestContext.domainName.includes(".lambda-url.");
}

/**
 * The request of an HTTP API or a function URL. An HTTP API puts a named stage before every path,
 * at custom domains too, and leaves the mapping's key out: that one is `serve.base_path`.
 */
export function httpRequest(
  event: HttpEvent,
  configuration: Pick<Configuration, "publicOrigins">,
): EdgeRequest {
  const { domainName, stage, http, requestId, authentication } = event.requestContext;
  const prefix = stage === "$default" || isFunctionUrl(event) ? "" : `/${stage}`;
  const routed = withoutPrefix(event.rawPath, prefix);
  const path = isFunctionUrl(event) ? encodedPath(routed) : decodedPath(routed);
  const search = event.rawQueryString === "" ? "" : `?${event.rawQueryString}`;
  // At a custom domain the client never saw the stage.
  const seen = domainName.includes(".execute-api.") ? prefix : "";
  return {
    method: http.method,
    ...addressed({ domainName, prefix: seen, path, search }, configuration),
    headers: headersOf(event),
    clientAddress: http.sourceIp,
    ...clientCertificate(authentication),
    ...(requestId ? { id: requestId } : {}),
  };
}
