import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import type { JwtFinalizer } from "../../../src/configuration.ts";
import { parseClaims } from "../../../src/mint/template.ts";
import { finalizer, mintOf } from "./minting.ts";
import { templateData } from "./template-data.ts";

describe("a token is given again", () => {
  const data = templateData();
  const again: ReadonlyArray<[name: string, later: number, same: boolean]> = [
    ["at once", 0, true],
    ["until 5 s before its end", 54, true],
    ["not in its last 5 s", 55, false],
    ["not after its end", 61, false],
    ["not when the clock fell back before its iat", -1, false],
  ];
  test.each(again)("%s", async (_, later, same) => {
    const { mint, clock, drawn } = mintOf();
    const first = await mint.token(finalizer, data, { rule: "api" });
    clock.seconds += later;
    const second = await mint.token(finalizer, data, { rule: "api" });
    expect(second === first).toBe(same);
    expect(drawn()).toBe(same ? 1 : 2);
  });

  test("not past the end of another access token, and none outlives its own", async () => {
    const { mint, clock } = mintOf();
    const now = clock.seconds;
    const exp = async (notAfter: number) =>
      decodeJwt(await mint.token(finalizer, data, { rule: "api", notAfter })).exp;
    expect(await exp(now + 3600)).toBe(now + finalizer.ttl);
    expect(await exp(now + 20.5)).toBe(now + 20);
    // Within the leeway an access token still passes after its end.
    expect(await exp(now - 5)).toBe(now + 1);
  });

  const others: ReadonlyArray<
    [name: string, finalizer: JwtFinalizer, data: typeof data, rule: string]
  > = [
    ["another subject", finalizer, { ...data, subject: { ...data.subject, id: "bob" } }, "api"],
    ["another rule", finalizer, data, "other"],
    ["other claims", finalizer, templateData({ method: "POST" }), "api"],
    ["another finalizer", { ...finalizer, audience: ["https://other.example"] }, data, "api"],
    [
      "a rule and subject that read alike together",
      finalizer,
      { ...data, subject: { ...data.subject, id: "ialice" } },
      "ap",
    ],
  ];
  test.each(others)("not for %s", async (_, other, otherData, rule) => {
    const { mint } = mintOf();
    const first = await mint.token(finalizer, data, { rule: "api" });
    expect(await mint.token(other, otherData, { rule })).not.toBe(first);
    expect(await mint.token(finalizer, data, { rule: "api" })).toBe(first);
  });

  test("never with a lifetime of 5 s or less", async () => {
    const { mint } = mintOf();
    const brief = { ...finalizer, ttl: 5 };
    expect(await mint.token(brief, data, { rule: "api" })).not.toBe(
      await mint.token(brief, data, { rule: "api" }),
    );
  });

  test("never with claims of more than 4096 characters", async () => {
    const { mint } = mintOf();
    const longer = { ...finalizer, claims: parseClaims(`{"a": "${"x".repeat(4088)}"}`) };
    const longest = { ...finalizer, claims: parseClaims(`{"a": "${"x".repeat(4087)}"}`) };
    expect(await mint.token(longer, data, { rule: "api" })).not.toBe(
      await mint.token(longer, data, { rule: "api" }),
    );
    expect(await mint.token(longest, data, { rule: "api" })).toBe(
      await mint.token(longest, data, { rule: "api" }),
    );
  });

  test("only while it is among the thousand used last", async () => {
    const { mint } = mintOf();
    const token = (id: string) =>
      mint.token(finalizer, { ...data, subject: { ...data.subject, id } }, { rule: "api" });
    const [first, second] = [await token("0"), await token("1")];
    for (let id = 2; id < 1000; id += 1) await token(String(id));
    expect(await token("0")).toBe(first);
    await token("1000");
    expect(await token("0")).toBe(first);
    expect(await token("1")).not.toBe(second);
  });
});
