const encoder = new TextEncoder();

/** Texts as UTF-8, each behind its length in four bytes: no two lists of texts give the same bytes. */
export function lengthPrefixed(...texts: readonly string[]): Uint8Array<ArrayBuffer> {
  let most = 0;
  // A UTF-16 code unit is three bytes of UTF-8 at most.
  for (const text of texts) most += 4 + text.length * 3;
  const bytes = new Uint8Array(most);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const text of texts) {
    const { written } = encoder.encodeInto(text, bytes.subarray(offset + 4));
    view.setUint32(offset, written);
    offset += 4 + written;
  }
  return bytes.subarray(0, offset);
}
