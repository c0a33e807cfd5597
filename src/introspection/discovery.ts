import { BoundedMap } from "../bounded-map.ts";
import type { Endpoint, IntrospectionSource } from "../configuration.ts";
import type { Kit } from "../mechanisms.ts";
import { askEndpoint } from "../token/ask-endpoint.ts";
import { FetchError, jsonObject, place } from "../token/fetch-json.ts";
import { namedEndpoint, namedIssuer } from "../token/metadata.ts";
import { isWithin } from "../within.ts";

/** Where an issuer is asked. */
export interface Discovered {
  readonly endpoint: Endpoint;
  /** As the metadata names it. */
  readonly issuer?: string;
}

/** Milliseconds that metadata are used before they are fetched anew, and while they cannot be had. */
const fresh = 600_000;
const staleLimit = 3_600_000;
/** Milliseconds after a failure in which nobody asks again. */
const cooldown = 5000;
const mostSources = 64;

interface Known {
  readonly found?: Discovered;
  readonly foundAt: number;
  readonly failure?: string;
  readonly failedAt: number;
}

/** RFC 8414: the introspection endpoint of a source, by its metadata where the document gives these. */
export function createDiscovery({
  runtime,
  secrets,
}: Pick<Kit, "runtime" | "secrets">): (source: IntrospectionSource) => Promise<Discovered> {
  const known = new BoundedMap<string, Known>(mostSources);
  const { now } = runtime;

  return async (source) => {
    if (source.kind === "direct") return { endpoint: source.endpoint };
    const id = JSON.stringify(source);
    const before = known.get(id);
    if (before?.found && isWithin(fresh, before.foundAt, now())) return before.found;
    if (before?.failure !== undefined && isWithin(cooldown, before.failedAt, now())) {
      return usable(before) ?? fail(before.failure);
    }
    try {
      const found = await discover(source);
      known.set(id, { found, foundAt: now(), failedAt: 0 });
      return found;
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      const failed = { foundAt: 0, ...before, failure: error.message, failedAt: now() };
      known.set(id, failed);
      return usable(failed) ?? fail(error.message);
    }
  };

  async function discover(source: IntrospectionSource): Promise<Discovered> {
    const { endpoint: metadata, resolved } = source;
    const { status, text } = await askEndpoint(runtime.fetch, secrets, metadata, { method: "GET" });
    const where = place(metadata.url);
    if (status !== 200) throw new FetchError(`${where} answered ${status}`);
    const document = jsonObject(text, where);
    const issuer = namedIssuer(document, metadata.url, source);
    const url = namedEndpoint(document, "introspection_endpoint", metadata);
    // The metadata endpoint's own headers and credentials are not for another one.
    const endpoint = { url, headers: {}, timeout: metadata.timeout };
    return {
      endpoint: resolved === undefined ? endpoint : { ...endpoint, auth: resolved },
      ...(issuer === undefined ? {} : { issuer }),
    };
  }

  function usable({ found, foundAt }: Known): Discovered | undefined {
    return isWithin(staleLimit, foundAt, now()) ? found : undefined;
  }
}

function fail(why: string): never {
  throw new FetchError(why);
}
