const encoder = new TextEncoder();
/** Beyond, the runtime's own encoder is the faster one. */
const short = 256;

/** A text as UTF-8. Short ASCII, which most of it is, is written here: to ask the runtime costs more. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  if (text.length > short) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return encoder.encode(text);
    bytes[at] = unit;
  }
  return bytes;
}
