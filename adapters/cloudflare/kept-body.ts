import { bytesWithin } from "../../src/limited-bytes.ts";
import type { EdgeRequest } from "../../src/runtime.ts";

/** A request's body for who decides, and the request for who is behind: as it came. */
export interface KeptBody {
  readonly read: NonNullable<EdgeRequest["body"]>;
  /** As it came; where somebody read its body, that is used up. */
  readonly received: Request;
  /** What was read of a request that has a body. */
  bytes(): Uint8Array<ArrayBuffer> | undefined;
  /** The request with the bytes that were read, or itself where nobody did. */
  request(): Request;
}

export function keepBody(request: Request): KeptBody {
  let reading: Promise<Uint8Array<ArrayBuffer> | undefined> | undefined;
  let kept: Uint8Array<ArrayBuffer> | undefined;
  const bytes = () => (request.body === null ? undefined : kept);
  return {
    received: request,
    bytes,
    async read(limit) {
      reading ??= bytesWithin(request.body, limit);
      kept = await reading;
      return kept;
    },
    request() {
      const body = bytes();
      return body === undefined ? request : new Request(request, { body });
    },
  };
}
