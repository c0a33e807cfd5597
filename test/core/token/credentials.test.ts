import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refused } from "../../../src/decision.ts";
import { credentials } from "../../../src/token/credentials.ts";

type Field = readonly [name: string, value: string];

const limits = { token: 1000, proof: 500 };

function outcome(fields: readonly Field[], search = "") {
  try {
    return credentials(
      new Headers(fields.map(([name, value]): [string, string] => [name, value])),
      search,
      limits,
    );
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

const token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const proof = "eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.c2ln";
const sent: readonly Field[] = [
  ["Authorization", `DPoP ${token}`],
  ["DPoP", proof],
];

test("reads the request of RFC 9449 section 7.1", () => {
  expect(outcome(sent)).toEqual({ kind: "sent", scheme: "dpop", token, proof });
});

describe("accepts", () => {
  const rows: ReadonlyArray<readonly [string, readonly Field[], unknown]> = [
    ["no header at all", [], { kind: "none" }],
    ["a proof without a token", [["DPoP", proof]], { kind: "none" }],
    [
      "two proofs without a token",
      [
        ["DPoP", proof],
        ["DPoP", proof],
      ],
      { kind: "none" },
    ],
    [
      "another scheme",
      [
        ["Authorization", "Basic YTpi"],
        ["DPoP", proof],
      ],
      { kind: "none" },
    ],
    ["another scheme that starts alike", [["Authorization", `DPoPs ${token}`]], { kind: "none" }],
    ["Bearer", [["Authorization", `Bearer ${token}`]], { kind: "sent", scheme: "bearer", token }],
    [
      "Bearer beside a proof",
      [
        ["Authorization", `Bearer ${token}`],
        ["DPoP", proof],
      ],
      { kind: "sent", scheme: "bearer", token, proof },
    ],
    [
      "the scheme in any case",
      [
        ["authorization", `dPOP ${token}`],
        ["dpop", proof],
      ],
      { kind: "sent", scheme: "dpop", token, proof },
    ],
    [
      "several spaces",
      [["Authorization", `DPoP   ${token}`]],
      { kind: "sent", scheme: "dpop", token },
    ],
    [
      "padding",
      [["Authorization", "Bearer ab+/=="]],
      { kind: "sent", scheme: "bearer", token: "ab+/==" },
    ],
    [
      "the longest token",
      [["Authorization", `Bearer ${"a".repeat(limits.token)}`]],
      { kind: "sent", scheme: "bearer", token: "a".repeat(limits.token) },
    ],
  ];
  test.each(rows)("%s", (_, fields, expected) => {
    expect(outcome(fields)).toEqual(expected);
  });
});

describe("refuses", () => {
  const authorization = sent[0] ?? ["", ""];
  const rows: ReadonlyArray<readonly [string, readonly Field[], string]> = [
    ["two tokens", [...sent, authorization], "credentials.multiple"],
    [
      "two tokens in one field",
      [["Authorization", `DPoP ${token}, DPoP ${token}`]],
      "credentials.multiple",
    ],
    [
      "a token behind another scheme",
      [["Authorization", `Basic YTpi, DPoP ${token}`]],
      "credentials.multiple",
    ],
    ["two proofs", [...sent, ["DPoP", proof]], "proof.multiple"],
    ["two proofs in one field", [authorization, ["DPoP", `${proof},${proof}`]], "proof.multiple"],
    ["two proofs, one empty", [...sent, ["DPoP", ""]], "proof.multiple"],
    ["an empty proof", [authorization, ["DPoP", ""]], "proof.malformed"],
    [
      "a proof that is too long",
      [authorization, ["DPoP", "a".repeat(limits.proof + 1)]],
      "credentials.too_large",
    ],
    ["no token", [["Authorization", "DPoP"]], "credentials.malformed"],
    ["an empty field", [["Authorization", ""]], "credentials.malformed"],
    ["a tab for a space", [["Authorization", `DPoP\t${token}`]], "credentials.malformed"],
    ["two words", [["Authorization", `DPoP ${token} ${token}`]], "credentials.malformed"],
    ["auth parameters", [["Authorization", `DPoP token="${token}"`]], "credentials.malformed"],
    ["padding in the middle", [["Authorization", "DPoP a=b"]], "credentials.malformed"],
    ["no scheme", [["Authorization", `"${token}"`]], "credentials.malformed"],
    [
      "a token that is too long",
      [["Authorization", `Bearer ${"a".repeat(limits.token + 1)}`]],
      "credentials.too_large",
    ],
    [
      "two long tokens in one field",
      [["Authorization", `DPoP ${"a".repeat(limits.token)}, DPoP ${token}`]],
      "credentials.multiple",
    ],
    ["letters that are not ASCII", [["Authorization", "Bearer \u00e4"]], "credentials.malformed"],
  ];
  test.each(rows)("%s", (_, fields, code) => {
    expect(outcome(sent)).toMatchObject({ kind: "sent" });
    expect(outcome(fields)).toBe(code);
  });
});

/** Field values: visible ASCII, spaces and tabs. */
const fieldValue = fc.string({
  unit: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "D",
        "P",
        "o",
        "e",
        "a",
        "r",
        "B",
        " ",
        "\t",
        ",",
        "=",
        ".",
        "~",
        '"',
      ),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    },
  ),
});
const authorizationValue = fc.oneof(
  fieldValue,
  fc
    .tuple(fc.constantFrom("DPoP ", "Bearer ", "bearer  ", "Basic "), fieldValue)
    .map((parts) => parts.join("")),
);

test("whatever is sent is refused with a code or gives a token68", () => {
  fc.assert(
    fc.property(
      fc.array(authorizationValue, { maxLength: 2 }),
      fc.array(fieldValue, { maxLength: 2 }),
      (authorizations, proofs) => {
        const read = outcome([
          ...authorizations.map((value): Field => ["Authorization", value]),
          ...proofs.map((value): Field => ["DPoP", value]),
        ]);
        if (typeof read === "string" || read.kind === "none") return;
        expect(authorizations).toHaveLength(1);
        expect(proofs.length).toBe(read.proof === undefined ? 0 : 1);
        expect(read.token).toMatch(/^[A-Za-z0-9._~+/-]+=*$/);
        expect(read.proof ?? "").not.toContain(",");
      },
    ),
    { numRuns: 500 },
  );
});

describe("a token in the query beside the one in the field", () => {
  test.each([
    "?access_token=x",
    "?access_token",
    "?access_token=",
    "?a=1&access_token=x",
    "?a=1;access_token=x",
    "?%61ccess%5Ftoken=x",
    "?access%5ftoken=x",
    "?ACCESS_TOKEN=x",
    "?access_token[]=x",
    "?access_token%5B0%5D=x",
    "?access.token=x",
    "?access+token=x",
    "?+access_token=x",
    "?%20access_token=x",
  ])("%s", (search) => {
    expect(outcome(sent)).toMatchObject({ kind: "sent" });
    expect(outcome(sent, search)).toBe("credentials.multiple");
    expect(outcome([], search)).toEqual({ kind: "none" });
  });

  test.each([
    "?",
    "?access_token_hint=x",
    "?my_access_token=x",
    "?q=access_token",
    "?a=access_token=x",
  ])("but not %s", (search) => {
    expect(outcome(sent, search)).toMatchObject({ kind: "sent" });
  });
});
