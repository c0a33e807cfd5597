import { Fault, Refused } from "./decision.ts";
import type { EdgeRequest } from "./runtime.ts";

/**
 * The whole body of a request, for a rule that looks into it; whoever is behind gets it all the same.
 * @param limit `serve.limits.body`, in bytes
 * @throws Refused body.too_large; a Fault where the platform hands over no body
 */
export async function wholeBody(
  { body }: EdgeRequest,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (body === undefined) {
    throw new Fault(
      "A rule looks into the request's body, which this platform does not hand over: API Gateway's authorizers never see it, the proxy does.",
    );
  }
  const bytes = await body(limit);
  if (bytes === undefined)
    throw new Refused("body.too_large", { expected: `at most ${limit} bytes` });
  return bytes;
}
