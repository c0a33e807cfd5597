import { encodeBase64url } from "../jws/base64url.ts";
import { siphash } from "./siphash.ts";

/** 128 bits that tell two texts apart where nobody chose them to collide. */
export function fingerprint(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const halves = [0, 1].flatMap((key) => [...siphash(new Uint32Array([key, 0, 0, 0]), bytes)]);
  return encodeBase64url(new Uint8Array(new Uint32Array(halves).buffer));
}
