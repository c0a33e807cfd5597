import { describe, expect, test } from "vitest";
import { documented } from "./documents.ts";
import { createWorld, request, signedHeaders } from "./world.ts";

const configuration = documented({
  authorizers:
    '{id: small, type: cel, config: {expressions: [{expression: "Request.Body().amount <= 100.0"}]}}',
  finalizers:
    '{id: who, type: header, config: {headers: {X-Amount: "{{ .Request.Body.amount }}"}}}',
  execute: "{authorizer: small}, {finalizer: who}",
  rule: "allow_encoded_slashes: 'off'",
});

const twoCases = '{"amount": 1, "Amount": 101}';

async function post(
  body: string | Uint8Array<ArrayBuffer> | undefined,
  headers: Record<string, string> = { "Content-Type": "application/json" },
) {
  const world = createWorld(configuration);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const read = { count: 0 };
  const signed = await signedHeaders(world, { proof: { htm: "POST" } });
  const decision = await world.authorizer.authorize(
    request(
      { ...signed, ...headers },
      {
        method: "POST",
        ...(bytes
          ? {
              body: async (limit: number) => {
                read.count += 1;
                return bytes.byteLength > limit ? undefined : bytes;
              },
            }
          : {}),
      },
    ),
  );
  return { decision, read };
}

describe("a rule that looks into the body", () => {
  test("says so, and needs the code that reads it", () => {
    expect(configuration.needs).toContain("body");
    expect(configuration.rules[0]?.body).toBe(true);
    expect(documented({}).needs).not.toContain("body");
  });

  test("sees JSON", async () => {
    const { decision } = await post('{"amount": 100}');
    expect(decision).toMatchObject({ kind: "allow" });
    expect(decision.headers.get("X-Amount")).toBe("100");
    expect((await post('{"amount": 101}')).decision).toMatchObject({ code: "policy.denied" });
    const apart = '{"amount": 100, "a": {"Amount": 1}, "b": {"amount": 1, "Other": 2}}';
    expect((await post(apart)).decision).toMatchObject({ kind: "allow" });
    for (const parameters of ["; charset=UTF-8", ';x=y; charset="utf-8"', "; charset=us-ascii"]) {
      const headers = { "Content-Type": `application/json${parameters}` };
      expect((await post('{"amount": 100}', headers)).decision).toMatchObject({ kind: "allow" });
    }
  });

  test.each([
    ["a name twice", '{"amount": 101, "amount": 1}', {}, "body.unreadable"],
    ["a name in two cases, which Go and .NET take for one", twoCases, {}, "body.unreadable"],
    ["the same further in", `{"amount": 1, "x": [{"y": ${twoCases}}]}`, {}, "body.unreadable"],
    ["a letter that folds", '{"amount": 1, "k": 1, "\u212a": 2}', {}, "body.unreadable"],
    [
      "a field in two cases",
      "amount=1&Amount=101",
      { "Content-Type": "application/x-www-form-urlencoded" },
      "body.unreadable",
    ],
    ["no JSON", "{", {}, "body.unreadable"],
    ["no UTF-8", new Uint8Array([0xff]), {}, "body.unreadable"],
    [
      "two types",
      '{"amount": 1}',
      { "Content-Type": "text/plain, application/json" },
      "body.unreadable",
    ],
    [
      "a charset in which quotation marks are hidden from us",
      '{"amount": 1, "x": "+ACIALAAiAGEAbQBvAHUAbgB0ACI-:101, +ACI-y+ACI-:+ACI-"}',
      { "Content-Type": "application/json; charset=utf-7" },
      "body.unreadable",
    ],
    [
      "one that a backslash is part of a letter in",
      '{"amount": 1}',
      { "Content-Type": 'application/json;charset="GBK"' },
      "body.unreadable",
    ],
    [
      "two charsets",
      '{"amount": 1}',
      { "Content-Type": "application/json; charset=utf-8; charset=utf-7" },
      "body.unreadable",
    ],
    [
      "a form in another charset",
      "amount=1",
      { "Content-Type": "application/x-www-form-urlencoded; charset=utf-7" },
      "body.unreadable",
    ],
    ["a coding", '{"amount": 1}', { "Content-Encoding": "gzip" }, "body.unreadable"],
    ["another type", '{"amount": 1}', { "Content-Type": "text/plain" }, "policy.denied"],
    ["no type", '{"amount": 1}', { "Content-Type": "" }, "policy.denied"],
    ["nothing", "", {}, "policy.denied"],
    ["too much", JSON.stringify({ amount: 1, x: "x".repeat(70_000) }), {}, "body.too_large"],
    ["no body of the platform's", undefined, {}, "internal"],
  ])("refuses %s", async (_, body, headers, code) => {
    const { decision } = await post(body, { "Content-Type": "application/json", ...headers });
    expect(decision).toMatchObject({ kind: "refuse", code });
  });

  test("reads no stranger's", async () => {
    const { decision, read } = await post('{"amount": 1}', { Authorization: "DPoP x.y.z" });
    expect(decision).toMatchObject({ kind: "refuse", status: 401 });
    expect(read.count).toBe(0);
  });
});
