import type { ALBEvent } from "aws-lambda";
import type { Configuration } from "../../src/configuration.ts";
import { Fault } from "../../src/decision.ts";
import type { EdgeRequest } from "../../src/runtime.ts";
import { addressed } from "./address.ts";
import { headersOf } from "./headers.ts";
import { encodedPath } from "./path.ts";

/**
 * The request of an Application Load Balancer. Without multi-value headers only the last of a
 * repeated header is in the event, and two proofs would look like one. A load balancer's domain is
 * the Host header, which counts only where it picks one of the configured origins; the client's
 * address stands in a header that some settings leave to the client, so it is left out.
 * Throws a Fault that says what to change.
 */
export function loadBalancerRequest(
  event: ALBEvent,
  { publicOrigins }: Pick<Configuration, "publicOrigins">,
): EdgeRequest {
  if (!event.multiValueHeaders) throw new Fault(singleValued);
  const headers = headersOf({ multiValueHeaders: event.multiValueHeaders });
  const domainName = publicOrigins.length === 0 ? undefined : (headers.get("Host") ?? undefined);
  const path = encodedPath(event.path);
  return {
    method: event.httpMethod,
    ...addressed({ domainName, prefix: "", path, search: search(event) }, { publicOrigins }),
    headers,
  };
}

const singleValued =
  "The load balancer sends single-value headers, in which a repeated header is lost: set the target " +
  "group's attribute lambda.multi_value_headers.enabled to true.";

/** A load balancer leaves the parameters encoded. */
function search({ multiValueQueryStringParameters }: ALBEvent): string {
  const parameters = Object.entries(multiValueQueryStringParameters ?? {}).flatMap(
    ([name, values]) => (values ?? []).map((value) => `${name}=${value}`),
  );
  return parameters.length === 0 ? "" : `?${parameters.join("&")}`;
}
