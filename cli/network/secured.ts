import { isLoopback } from "../../src/loopback.ts";
import { UsageError } from "../exit.ts";

/**
 * The URL, where a secret may go there: over https, or not off this machine.
 * @throws UsageError
 */
export function secured(url: URL): URL {
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)))
    return url;
  throw new UsageError(`${url.origin} is asked over https, or not at all: a secret goes there.`);
}
