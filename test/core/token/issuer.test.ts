import { describe, expect, test } from "vitest";
import type { Authenticator } from "../../../src/configuration.ts";
import { isFor } from "../../../src/token/issuer.ts";
import { introspecting } from "../introspection/double.ts";
import { authenticator as jwt } from "./issuer-double.ts";

const onlyJwt = { ...introspecting, onlyJwt: true };

describe("a token that is no JWT", () => {
  const rows: readonly (readonly [
    string,
    typeof jwt | typeof introspecting,
    Authenticator[],
    boolean,
  ])[] = [
    ["is for who can ask what it is worth", introspecting, [jwt], true],
    ["is left to who can, standing last", jwt, [introspecting], false],
    ["is left to who can, among others", jwt, [introspecting, jwt], false],
    ["is left to who can, behind others", jwt, [onlyJwt, introspecting], false],
    ["is for the first where nobody can", jwt, [jwt, onlyJwt], true],
    ["is for the last, which judges whatever comes", jwt, [], true],
  ];
  test.each(rows)("%s", (_, authenticator, others, expected) => {
    expect(isFor(authenticator, "opaque", others)).toBe(expected);
  });
});
