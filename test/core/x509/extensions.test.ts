import { expect, test } from "vitest";
import { element, elements } from "../../../src/secrets/der.ts";
import { CertificateProblem } from "../../../src/x509/certificate-problem.ts";
import { basicConstraints, extensionsOf } from "../../../src/x509/extensions.ts";

const bytes = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const sequence = (...parts: Uint8Array[]) => element(0x30, ...parts);
const constraints = (pathLength: string) =>
  sequence(
    element(6, bytes("551d13")),
    element(4, sequence(bytes("0101ff"), bytes(`0201${pathLength}`))),
  );
const read = (...content: Uint8Array[]) => extensionsOf(elements(element(0xa3, ...content)) ?? []);

test("a path length of 0 to 127 is read", () => {
  for (const [hex, pathLength] of [
    ["00", 0],
    ["7f", 127],
  ] as const) {
    expect(basicConstraints(read(sequence(constraints(hex))))).toEqual({
      isAuthority: true,
      pathLength,
    });
  }
});

test.each(["80", "ff"])("a negative path length is none: %s", (hex) => {
  const extensions = read(sequence(constraints(hex)));
  expect(() => basicConstraints(extensions)).toThrow(CertificateProblem);
});

test.each<[string, Uint8Array[]]>([
  ["nothing", []],
  ["an empty list", [sequence()]],
  ["a second list", [sequence(constraints("00")), sequence(constraints("01"))]],
  ["bytes after the list", [sequence(constraints("00")), bytes("00")]],
  ["a SET", [element(0x31, constraints("00"))]],
  ["no DER in the list", [sequence(constraints("00"), bytes("3080"))]],
  ["no DER at all", [bytes("3005")]],
])("extensions that cannot be read: %s", (_, content) => {
  expect(() => read(...content)).toThrow(CertificateProblem);
});
