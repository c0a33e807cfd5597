import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBase64url, encodeBase64url, isBase64url } from "../../../src/jws/base64url.ts";

// RFC 4648 section 10, without padding, and the two characters that differ from base64.
test.each([
  ["", ""],
  ["f", "Zg"],
  ["fo", "Zm8"],
  ["foo", "Zm9v"],
  ["foob", "Zm9vYg"],
  ["fooba", "Zm9vYmE"],
  ["foobar", "Zm9vYmFy"],
  ["\u00fb\u00ff", "-_8"],
])("%j is %j", (binary, text) => {
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  expect(encodeBase64url(bytes)).toBe(text);
  expect(decodeBase64url(text)).toEqual(bytes);
});

test.each([
  ["Zg==", "padding"],
  ["Zm8=", "padding"],
  ["Zh", "trailing bits"],
  ["Zm9", "trailing bits"],
  ["Z", "half a byte"],
  ["Zm9vY", "half a byte"],
  ["-_8\n", "a newline"],
  [" Zg", "a space"],
  ["Z g", "a space"],
  ["+/8", "the other alphabet"],
  ["Zg.", "a dot"],
  ["Zgé", "not ASCII"],
  ["Ｚg", "a full-width letter"],
])("%j is refused: %s", (text) => {
  expect(isBase64url(text)).toBe(false);
  expect(decodeBase64url(text)).toBeUndefined();
});

test("every sequence of bytes has one text, and only that one is read", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."AQgwBZ_-=. +/8") }), (text) => {
      const bytes = decodeBase64url(text);
      if (bytes !== undefined) expect(encodeBase64url(bytes)).toBe(text);
    }),
  );
});
