import { joinedBytes } from "../../src/joined-bytes.ts";
import type { EdgeRequest } from "../../src/runtime.ts";

/** A request's body for who decides, and the request for who is behind: as it came. */
export interface KeptBody {
  readonly read: NonNullable<EdgeRequest["body"]>;
  /** The request with the bytes that were read, or itself where nobody did. */
  request(): Request;
}

export function keepBody(request: Request): KeptBody {
  let reading: Promise<Uint8Array<ArrayBuffer> | undefined> | undefined;
  let kept: Uint8Array<ArrayBuffer> | undefined;
  return {
    async read(limit) {
      reading ??= readWhole(request.body, limit);
      kept = await reading;
      return kept;
    },
    request() {
      if (kept === undefined || request.body === null) return request;
      return new Request(request, { body: kept });
    },
  };
}

/** Undefined where there is more; the rest is then not read at all. */
async function readWhole(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return joinedBytes(chunks, length);
}
