import type { Configuration } from "../../src/configuration.ts";
import { Fault } from "../../src/decision.ts";
import type { EdgeRequest } from "../../src/runtime.ts";

/** Where the platform says that a request came in. */
export interface Arrival {
  /** The domain that was asked; absent where the platform does not know it. */
  readonly domainName: string | undefined;
  /** What stood before the path at that domain: "" or "/stage". */
  readonly prefix: string;
  /** As it arrived, percent-encoded, without the prefix. */
  readonly path: string;
  /** "" or "?..." */
  readonly search: string;
}

/**
 * The URL that a client signed. One configured public origin wins, since API Gateway routes by the
 * API and not by the name it was called by: a CDN may stand before it. Of several, the domain says
 * which. The prefix is what clients saw only at the platform's own name for the API.
 * Throws a Fault when neither the platform nor the documents know an origin.
 */
export function addressed(
  { domainName, prefix, path, search }: Arrival,
  { publicOrigins }: Pick<Configuration, "publicOrigins">,
): Pick<EdgeRequest, "url" | "basePath"> {
  const [first, second] = publicOrigins;
  const asked = domainName === undefined ? undefined : originOf(`https://${domainName}`);
  const origin = second === undefined ? (first ?? asked) : asked;
  if (origin === undefined && domainName !== undefined) return unreadable;
  if (origin === undefined) throw new Fault(unknownOrigin);
  const url = `${origin.replace(/\/$/, "")}${path}${search}`;
  return prefix !== "" && originOf(origin) === asked ? { url, basePath: prefix } : { url };
}

/** Not as a URL: the line refuses it as route.unsafe. */
export const unreadable = { url: "" };

const unknownOrigin =
  "The platform does not say which origin was asked: set serve.public_origin in mechanisms.yaml.";

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
