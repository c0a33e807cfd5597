/** RFC 4648 section 5, without padding. */
const alphabet = /^[A-Za-z0-9_-]*$/;

/** One text for one sequence of bytes: no padding, no other alphabet, no bits at the end that decoding drops. */
export function isBase64url(text: string): boolean {
  if (!alphabet.test(text)) return false;
  const last = text.slice(-1);
  switch (text.length % 4) {
    case 0:
      return true;
    case 2:
      return "AQgw".includes(last);
    case 3:
      return "AEIMQUYcgkosw048".includes(last);
    default:
      return false;
  }
}

/** The bytes of canonical base64url; undefined for anything else. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const binary = decodeBinary(text);
  return binary === undefined ? undefined : bytesOf(binary);
}

// A byte order mark stays and fails as JSON: dropped, it would be a second spelling.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text whose UTF-8 canonical base64url holds; undefined for anything else. */
export function decodeBase64urlText(text: string): string | undefined {
  const binary = decodeBinary(text);
  // Nearly all there is: one byte a character, and nothing to decode.
  if (binary === undefined || isAscii(binary)) return binary;
  try {
    return utf8.decode(bytesOf(binary));
  } catch {
    return undefined;
  }
}

/** Canonical base64url, unpadded. */
export function encodeBase64url(bytes: Uint8Array): string {
  let binary = "";
  // One string for many bytes; a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += mostArguments)
    binary += Reflect.apply(String.fromCharCode, null, bytes.subarray(at, at + mostArguments));
  return encodeBinary(binary);
}

const mostArguments = 1024;

const encoder = new TextEncoder();

/** Canonical base64url of a text's UTF-8. */
export function encodeBase64urlText(text: string): string {
  return isAscii(text) ? encodeBinary(text) : encodeBase64url(encoder.encode(text));
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
  return /^[\u0000-\u007f]*$/.test(text);
}

/** One character a byte. */
function decodeBinary(text: string): string | undefined {
  if (!isBase64url(text)) return undefined;
  return atob(text.replaceAll("-", "+").replaceAll("_", "/"));
}

function encodeBinary(binary: string): string {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
