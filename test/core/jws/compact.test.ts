import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBase64url } from "../../../src/jws/base64url.ts";
import { parseCompact } from "../../../src/jws/compact.ts";
import { encodeText } from "./signing-key.ts";
import { rfc9449 } from "./vectors.ts";

const header = encodeText('{"alg":"ES256"}');
const payload = encodeText('{"sub":"me"}');

test("a published proof is read", () => {
  const proof = parseCompact(rfc9449.tokenProof);
  expect(proof?.header).toEqual({ typ: "dpop+jwt", alg: "ES256", jwk: rfc9449.jwk });
  expect(proof?.payload).toEqual({
    jti: "-BwC3ESc6acc2lTc",
    htm: "POST",
    htu: "https://server.example.com/token",
    iat: 1562262616,
  });
  expect(proof?.text).toBe(rfc9449.tokenProof);
});

test("the unspoiled one is read", () => {
  expect(parseCompact(`${header}.${payload}.AAAA`)).toMatchObject({
    header: { alg: "ES256" },
    payload: { sub: "me" },
  });
  expect(parseCompact(`${header}.${payload}.`)).toBeDefined();
});

test.each([
  ["", "nothing"],
  [`${header}.${payload}`, "two parts"],
  [`${header}.${payload}.AAAA.`, "four parts"],
  [`${header}.${payload}.AAAA.AAAA.AAAA`, "five parts, as a JWE"],
  [`.${payload}.AAAA`, "no header"],
  [`${header}..AAAA`, "a detached payload"],
  [`${header}=.${payload}.AAAA`, "padding in the header"],
  [`${header}.${payload}=.AAAA`, "padding in the payload"],
  [`${header}.${payload}.AAAB=`, "padding in the signature"],
  [`${header}.${payload}.AAB`, "trailing bits in the signature"],
  [` ${header}.${payload}.AAAA`, "a space before"],
  [`${header}.${payload}.AAAA\n`, "a newline behind"],
  [`${encodeText("[]")}.${payload}.AAAA`, "an array as header"],
  [`${header}.${encodeText("[]")}.AAAA`, "an array as payload"],
  [`${header}.${encodeText("null")}.AAAA`, "null as payload"],
  [`${header}.${encodeText('"text"')}.AAAA`, "a string as payload"],
  [`${encodeText('{"alg":"ES256","alg":"none"}')}.${payload}.AAAA`, "a header member twice"],
  [`${header}.${encodeText('{"sub":"me","sub":"you"}')}.AAAA`, "a claim twice"],
  [`${header}.${encodeText('\uFEFF{"sub":"me"}')}.AAAA`, "a byte order mark"],
  [
    `${header}.${encodeBase64url(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))}.AAAA`,
    "broken UTF-8",
  ],
  [`${header}.${encodeBase64url(Uint8Array.of(0x7b, 0, 0x7d, 0))}.AAAA`, "UTF-16"],
])("%s is refused: %s", (text) => {
  expect(parseCompact(text)).toBeUndefined();
});

test("any text is read or refused, never a throw; what is read is canonical", () => {
  const part = fc.oneof(
    fc.json().map(encodeText),
    fc.string({ unit: "binary" }),
    fc.base64String(),
    fc.constantFrom(header, payload),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const text = parts.join(".");
      const jws = parseCompact(text);
      if (jws !== undefined) expect(text).toMatch(/^[\w-]+\.[\w-]+\.[\w-]*$/);
    }),
  );
});
