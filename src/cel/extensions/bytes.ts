import { base64Of, bytesOfBase64 } from "../../base64.ts";
import { paid, text } from "../arguments.ts";
import type { CelFunction } from "../functions.ts";
import { type Budget, CelError, CelObject, spend, typeOf } from "../value.ts";

export class CelBytes extends CelObject {
  readonly type = "bytes";
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }

  equals(other: CelObject): boolean {
    return this.compare(other) === 0;
  }

  compare(other: CelObject): number {
    if (!(other instanceof CelBytes)) throw new CelError("bytes compare with bytes");
    const at = this.bytes.findIndex((byte, index) => byte !== other.bytes[index]);
    if (at < 0) return this.bytes.length - other.bytes.length;
    return (this.bytes[at] ?? 0) - (other.bytes[at] ?? -1);
  }
}

/** Bytes, and base64 of them. */
export const bytes = {
  bytes: ([a], budget) => (a instanceof CelBytes ? a : encoded(text(a), budget)),
  "base64.encode": ([a], budget) => {
    const read = bytesOf(a, budget);
    return base64Of(read);
  },
  "base64.decode": ([a], budget) => {
    // With or without padding, in the standard alphabet.
    const written = paid(text(a), budget).replace(/={1,2}$/, "");
    if (!/^[A-Za-z0-9+/]*$/.test(written) || written.length % 4 === 1)
      throw new CelError("this is no base64");
    return new CelBytes(bytesOfBase64(written));
  },
} as const satisfies Readonly<Record<string, CelFunction>>;

export function bytesOf(value: unknown, budget: Budget): Uint8Array {
  if (!(value instanceof CelBytes))
    throw new CelError(`bytes are needed, and this is of type ${typeOf(value)}`);
  spend(budget, value.bytes.length / 64);
  return value.bytes;
}

function encoded(value: string, budget: Budget): CelBytes {
  return new CelBytes(new TextEncoder().encode(paid(value, budget)));
}

/** As UTF-8. @throws CelError */
export function decoded({ bytes }: CelBytes): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CelError("these bytes are no UTF-8");
  }
}

export function concatenated(one: CelBytes, other: CelBytes, budget: Budget): CelBytes {
  spend(budget, (one.bytes.length + other.bytes.length) / 64);
  const all = new Uint8Array(one.bytes.length + other.bytes.length);
  all.set(one.bytes);
  all.set(other.bytes, one.bytes.length);
  return new CelBytes(all);
}
