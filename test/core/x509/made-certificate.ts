import { element } from "../../../src/secrets/der.ts";

export interface Made {
  readonly der: Uint8Array<ArrayBuffer>;
  readonly base64: string;
  readonly pem: string;
}

export interface Named {
  readonly name: string;
  readonly publicKey: CryptoKey;
}

/** Seconds since the epoch. */
export interface Times {
  readonly notBefore: number;
  readonly notAfter: number;
}

const oid = (hex: string) => element(6, bytes(hex));
const bytes = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const sequence = (...parts: Uint8Array[]) => element(0x30, ...parts);
const ecdsaSha256 = sequence(oid("2a8648ce3d040302"));
const critical = element(1, Uint8Array.of(0xff));

/** A certificate by a P-256 key, made at run time: an authority's, or one for signatures. */
export async function madeCertificate(
  subject: Named,
  by: { readonly name: string; readonly privateKey: CryptoKey },
  { notBefore, notAfter, authority }: Times & { readonly authority: boolean },
): Promise<Made> {
  const usage = element(3, Uint8Array.of(0, authority ? 0x04 : 0x80));
  const constraints = authority ? sequence(critical) : sequence();
  const signed = sequence(
    element(0xa0, element(2, Uint8Array.of(2))),
    element(2, Uint8Array.of(1)),
    ecdsaSha256,
    name(by.name),
    sequence(time(notBefore), time(notAfter)),
    name(subject.name),
    new Uint8Array(await crypto.subtle.exportKey("spki", subject.publicKey)),
    element(
      0xa3,
      sequence(
        sequence(oid("551d13"), critical, element(4, constraints)),
        sequence(oid("551d0f"), critical, element(4, usage)),
      ),
    ),
  );
  const how = { name: "ECDSA", hash: "SHA-256" };
  const raw = new Uint8Array(await crypto.subtle.sign(how, by.privateKey, signed));
  const signature = sequence(integer(raw.slice(0, 32)), integer(raw.slice(32)));
  const der = sequence(signed, ecdsaSha256, element(3, Uint8Array.of(0), signature));
  const base64 = btoa(String.fromCharCode(...der));
  return {
    der,
    base64,
    pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function name(common: string): Uint8Array {
  const text = element(0x0c, new TextEncoder().encode(common));
  return sequence(element(0x31, sequence(oid("550403"), text)));
}

function time(seconds: number): Uint8Array {
  const text = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d+/g, "");
  return element(0x18, new TextEncoder().encode(text));
}

function integer(unsigned: Uint8Array): Uint8Array {
  const digits = unsigned.slice(unsigned.findIndex((byte) => byte !== 0));
  return element(2, ...((digits[0] ?? 0) < 0x80 ? [] : [Uint8Array.of(0)]), digits);
}
