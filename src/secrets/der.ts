/** One element of DER (X.690): its tag, its content, and all of its bytes. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array<ArrayBuffer>;
  readonly whole: Uint8Array<ArrayBuffer>;
}

/**
 * The elements that follow one another in the bytes; undefined where they are not DER: lengths in
 * their shortest form, and tags of one byte.
 */
export function elements(bytes: Uint8Array<ArrayBuffer>): Element[] | undefined {
  const found: Element[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const tag = bytes[offset] ?? 0;
    const header = lengthAt(bytes, offset + 1);
    if (!header || header.end > bytes.length || (tag & 0x1f) === 0x1f) return undefined;
    found.push({
      tag,
      content: bytes.subarray(header.start, header.end),
      whole: bytes.subarray(offset, header.end),
    });
    offset = header.end;
  }
  return found;
}

function lengthAt(bytes: Uint8Array, offset: number): { start: number; end: number } | undefined {
  const first = bytes[offset];
  if (first === undefined) return undefined;
  if (first < 0x80) return { start: offset + 1, end: offset + 1 + first };
  const count = first & 0x7f;
  if (count === 0 || count > 3) return undefined;
  let length = 0;
  for (let index = 1; index <= count; index += 1)
    length = length * 256 + (bytes[offset + index] ?? 0);
  if (length < 0x80 || length < 256 ** (count - 1)) return undefined;
  return { start: offset + 1 + count, end: offset + 1 + count + length };
}

/** An element of that tag around those bytes. */
export function element(tag: number, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x10000
          ? [0x82, length >> 8, length & 0xff]
          : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
  const whole = new Uint8Array(1 + size.length + length);
  whole.set([tag, ...size]);
  let offset = 1 + size.length;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** What is inside a SEQUENCE; nothing where it is none, or is no DER. */
export function childrenOf(sequence: Element | undefined): readonly Element[] {
  return sequence?.tag === 0x30 ? (elements(sequence.content) ?? []) : [];
}

/** The content in hexadecimal; empty where there is no element. */
export function hexOf(element: Element | undefined): string {
  return Array.from(element?.content ?? [], (byte) => byte.toString(16).padStart(2, "0")).join("");
}
