import { joinedBytes } from "./joined-bytes.ts";

/**
 * The whole body of an answer, or undefined where it is longer than `limit` bytes: the rest is then
 * not waited for. Throws what the runtime throws where the answer breaks off.
 */
export async function limitedBytes(
  response: Response,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (Number(response.headers.get("Content-Length") ?? 0) > limit) {
    await discard(response);
    return undefined;
  }
  return await bytesWithin(response.body, limit);
}

/** The whole of a body, or undefined where it is longer: the rest is then not read at all. */
export async function bytesWithin(
  body: ReadableStream | null,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  while (reader !== undefined) {
    const chunk = await reader.read();
    if (chunk.done) break;
    length += chunk.value.byteLength;
    if (length > limit) {
      await reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(chunk.value);
  }
  return joinedBytes(chunks, length);
}

/** An answer that nobody reads: its connection is free again. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}
