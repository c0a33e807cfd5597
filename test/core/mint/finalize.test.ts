import { describe, expect, test } from "vitest";
import type { Finalizer } from "../../../src/configuration.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import { createFinalizers } from "../../../src/mint/finalize.ts";
import type { Mint, Terms } from "../../../src/mint/internal-token.ts";
import type { Seen } from "../../../src/mint/render.ts";
import { parseTemplate } from "../../../src/mint/template.ts";
import { createSecrets } from "../../../src/secrets.ts";
import { seenOf } from "../../../src/seen.ts";

const url = {
  public: new URL("https://api.example.com/v1/api/x?y=1"),
  path: "/api/x",
  search: "?y=1",
};
const request = {
  method: "GET",
  url: "http://127.0.0.1/api/x?y=1",
  headers: new Headers({ "X-Tenant": "acme", Cookie: "session=1; user=mallory; user=2" }),
  clientAddress: "192.0.2.1",
};

const runtime = {
  now: () => 0,
  fetch: () => Promise.reject(new Error("nothing is fetched")),
  random: (bytes: number) => new Uint8Array(bytes),
};
const secrets = createSecrets({}, () => undefined);

function run(finalizers: readonly Finalizer[], attributes: Readonly<Record<string, unknown>> = {}) {
  const asked: Array<{ data: Seen; terms: Terms }> = [];
  const mint: Mint = {
    token: async (_, data, terms) => {
      asked.push({ data, terms });
      return "a.b.c";
    },
    publicKeys: async () => ({ keys: [] }),
  };
  const principal = { id: "alice", attributes, scopes: [], notAfter: 1_800_000_060 };
  const captures = { id: "x" };
  const kit = { runtime, secrets, mechanisms: allMechanisms };
  const { finalize } = createFinalizers(mint, kit);
  const seen = seenOf(principal, request, url, captures);
  const done = finalize({ id: "api", finalizers }, seen, principal.notAfter);
  return { done, asked };
}

const jwt: Finalizer = {
  type: "jwt",
  id: "internal_token",
  signer: { source: "signing_keys", name: "dpop-edge" },
  ttl: 60,
  values: {},
  header: { name: "Authorization", scheme: "Bearer" },
};
const header = (templates: Readonly<Record<string, string>>): Finalizer => ({
  type: "header",
  id: "headers",
  headers: Object.fromEntries(
    Object.entries(templates).map(([name, source]) => [name, parseTemplate(source)]),
  ),
});

describe("finalizers", () => {
  test("run in their order and give the upstream's headers", async () => {
    const headers = header({
      "X-User": "{{ .Subject.ID }}",
      "X-Id": "{{ .Request.URL.Captures.id }}",
    });
    const { done } = run([headers, { type: "noop", id: "noop" }, jwt]);
    expect(await done).toEqual([
      ["X-User", "alice"],
      ["X-Id", "x"],
      ["Authorization", "Bearer a.b.c"],
    ]);
  });

  test("may put the token anywhere, without a scheme", async () => {
    const { done } = run([{ ...jwt, header: { name: "X-Token", scheme: "" } }]);
    expect(await done).toEqual([["X-Token", "a.b.c"]]);
  });

  test("see the URL that the client asked, and the platform's word for its address", async () => {
    const { done, asked } = run([jwt]);
    await done;
    expect(asked[0]?.terms).toEqual({ rule: "api", notAfter: 1_800_000_060 });
    expect(asked[0]?.data.request).toEqual({
      method: "GET",
      url: url.public,
      captures: { id: "x" },
      headers: request.headers,
      clientAddresses: ["192.0.2.1"],
    });
  });
});

describe("a rendered header", () => {
  const rows: ReadonlyArray<[name: string, value: unknown, output: string]> = [
    ["ASCII", "a b\tc %41", "a b\tc %41"],
    ["Latin-1", "é", "UTF-8''%C3%A9"],
    ["white space around it", " \r\n a \n", "a"],
    ["nothing", undefined, ""],
    ["a list", ["a", 1], "[a 1]"],
    ["a line break", "a\r\nX-Admin: 1", "UTF-8''a%0D%0AX-Admin%3A%201"],
    ["a line feed", "a\nb", "UTF-8''a%0Ab"],
    ["NUL", "a\u0000b", "UTF-8''a%00b"],
    ["DEL", "a\u007f", "UTF-8''a%7F"],
    ["a C1 control", "a\u0085b", "UTF-8''a%C2%85b"],
    ["beyond Latin-1", "Ђ'(*)", "UTF-8''%D0%82%27%28%2A%29"],
    ["a lone surrogate", "\ud800", "UTF-8''%EF%BF%BD"],
    ["a noncharacter", "a\ufdd0b", "UTF-8''a%EF%BF%BDb"],
    ["what looks encoded", "utf-8''a", "UTF-8''utf-8%27%27a"],
  ];
  test.each(rows)("%s", async (_, value, output) => {
    const { done } = run([header({ "X-Name": "{{ .Subject.Attributes.name }}" })], { name: value });
    expect(await done).toEqual([["X-Name", output]]);
    expect(new Headers([["X-Name", output]]).get("X-Name")).toBe(output);
  });

  test("a line of the template is a field, a line of a value is not", async () => {
    const template = "a\nb: {{ .Subject.Attributes.name }}\r\n\n c \n";
    const { done } = run([header({ "X-Name": template })], { name: "1\n2" });
    expect(await done).toEqual([
      ["X-Name", "a"],
      ["X-Name", "UTF-8''b%3A%201%0A2"],
      ["X-Name", "c"],
    ]);
  });
});
