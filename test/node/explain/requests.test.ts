import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explain } from "../../../cli/explain/explain.ts";
import { createMask } from "../../../cli/explain/mask.ts";
import { readRequests } from "../../../cli/explain/read-requests.ts";
import { secretsOf } from "../../../cli/explain/secret-parts.ts";
import { UnreadableRequest } from "../../../cli/explain/sent-request.ts";
import { shellWords } from "../../../cli/explain/shell-words.ts";

const url = "https://api.example.com/orders";
const read = (text: string) => {
  const [request, ...more] = readRequests(text);
  expect(more).toEqual([]);
  return request && { method: request.method, url: request.url, headers: [...request.headers] };
};
const proven = [
  ["authorization", "DPoP token"],
  ["dpop", "proof"],
];

describe("a curl command", () => {
  // biome-ignore format: a row is a line
  test.each([
    ["as one types it", `curl -H 'Authorization: DPoP token' -H "DPoP: proof" ${url}`, "GET", url, proven],
    ["with its prompt", `$ curl -H 'Authorization: DPoP token' -H "DPoP: proof" ${url}`, "GET", url, proven],
    ["as Chrome copies it", `curl '${url}' \\\n  -X 'POST' \\\n  -H 'authorization: DPoP token' \\\n  -H $'dpop: pro\\u006ff' \\\n  --compressed`, "POST", url, proven],
    ["letters together", `curl -sSXPOST -HAuthorization:\\ DPoP\\ token -H 'DPoP: proof' ${url}`, "POST", url, proven],
    ["--url and long names", `curl --request DELETE --header 'Authorization: DPoP token' --header 'DPoP: proof' --url ${url}`, "DELETE", url, proven],
    ["piped on", `curl -H 'Authorization: DPoP token' -H 'DPoP: proof' ${url} | jq .`, "GET", url, proven],
    ["its errors elsewhere", `curl ${url} 2>/dev/null`, "GET", url, []],
    ["data", `curl ${url} -d a=1 -d b=2`, "POST", url, [["content-type", "application/x-www-form-urlencoded"]]],
    ["data as query", `curl -G ${url} -d a=1`, "GET", `${url}?a=1`, []],
    ["--json", `curl ${url} --json '{}'`, "POST", url, [["accept", "application/json"], ["content-type", "application/json"]]],
    ["-I", `curl -I ${url}`, "HEAD", url, []],
    ["-T", `curl -T file ${url}`, "PUT", url, []],
    ["a field twice", `curl -H 'DPoP: a' -H 'DPoP: b' ${url}`, "GET", url, [["dpop", "a, b"]]],
    ["an empty field and one taken away", `curl -H 'DPoP;' -H 'Accept:' ${url}`, "GET", url, [["dpop", ""]]],
    ["no scheme", "curl localhost:8787/api#part", "GET", "http://localhost:8787/api", []],
    ["dot segments", `curl ${url}/../x`, "GET", "https://api.example.com/x", []],
    ["dot segments as they are", `curl --path-as-is ${url}/../x`, "GET", `${url}/../x`, []],
  ])("%s", (_, command, method, asked, headers) => {
    expect(read(command)).toEqual({ method, url: asked, headers });
  });

  test.each([
    ["an option that is not known", "curl --frobnicate https://a.example", "--frobnicate"],
    ["a letter that is not known", "curl -sj https://a.example", "-j"],
    ["no URL", "curl -H 'DPoP: a'", "no URL"],
    ["two URLs", "curl https://a.example https://b.example", "several URLs"],
    ["a quote left open", "curl 'https://a.example", "never closed"],
    ["a header without a colon", "curl -H DPoP https://a.example", "colon"],
    ["an option without its value", "curl https://a.example -H", "-H"],
    ["a header over two lines", "curl -H 'DPoP: eyJsecret\nsecret' https://a.example", '"DPoP"'],
  ])("%s: says so, and no secret", (_, command, says) => {
    expect(() => readRequests(command)).toThrow(says);
    expect(() => readRequests(command)).not.toThrow("eyJsecret");
  });

  test("any words, quoted as shells quote them", () => {
    const word = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
    const styles: readonly ((text: string) => string)[] = [
      (text) => `'${text.replaceAll("'", "'\\''")}'`,
      (text) => `"${text.replace(/[$`"\\]/g, "\\$&")}"`,
      (text) => `$'${text.replace(/[\\']/g, "\\$&")}'`,
    ];
    const style = fc.constantFrom(...styles);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, style)), (words) => {
        const command = words.map(([text, quoted]) => quoted(text)).join(" \\\n ");
        expect(shellWords(command)).toEqual(words.map(([text]) => text));
      }),
    );
  });
});

test("whatever text: requests, or a message for people; and they can be explained", async () => {
  const beginning = fc.constantFrom(
    "",
    "curl ",
    `curl ${url} -H '`,
    "{",
    '{"log":',
    `GET ${url}\nDPoP: `,
    "GET /",
  );
  await fc.assert(
    fc.asyncProperty(beginning, fc.string({ unit: "binary" }), async (first, rest) => {
      const requests = textsOf(`${first}${rest}`);
      await explain(requests, { clock: () => 1_800_000_000_000 });
    }),
    { numRuns: 500 },
  );
  function textsOf(text: string) {
    try {
      return readRequests(text);
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableRequest);
      return [];
    }
  }
});

describe("raw headers", () => {
  const request = { method: "POST", url, headers: proven };
  // biome-ignore format: a row is a line
  test.each([
    ["an absolute URL", `POST ${url} HTTP/1.1\nAuthorization: DPoP token\nDPoP: proof`, proven],
    ["a Host field", "POST /orders HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: DPoP token\r\nDPoP: proof\r\n\r\nDPoP: of the body", [...proven, ["host", "api.example.com"]]],
    ["no version", `POST ${url}\nAuthorization: DPoP token\nDPoP: proof`, proven],
    ["HTTP/2, as developer tools show it", ":method: POST\n:scheme: https\n:authority: api.example.com\n:path: /orders\nauthorization: DPoP token\ndpop: proof", proven],
    ["the transcript of curl -v", `* Connected\n> POST /orders HTTP/2\n> Host: api.example.com\n> Authorization: DPoP token\n> DPoP: proof\n>\n< HTTP/2 200`, [...proven, ["host", "api.example.com"]]],
  ])("%s", (_, text, headers) => {
    expect(read(text)).toEqual({ ...request, headers });
  });

  test("a loopback host is plain http", () => {
    expect(read("GET /a HTTP/1.1\nHost: 127.0.0.1:8787")?.url).toBe("http://127.0.0.1:8787/a");
  });

  test.each([
    ["no request line", "DPoP: proof", "request"],
    ["no host", "GET /orders HTTP/1.1\nDPoP: proof", "Host"],
    ["a broken line", `GET ${url}\nDPoP: eyJsecret\nsecret.rest`, "Line 3"],
    ["nothing", " \n", "empty"],
  ])("%s: says so, and no secret", (_, text, says) => {
    expect(() => readRequests(text)).toThrow(says);
    expect(() => readRequests(text)).not.toThrow("secret");
  });
});

describe("a HAR", () => {
  const request = {
    method: "GET",
    url: `${url}#part`,
    headers: [
      { name: ":path", value: "/" },
      { name: "dpop", value: "proof" },
    ],
  };
  const entry = {
    request,
    response: { status: 401, headers: [] },
    startedDateTime: "2026-11-22T08:00:00.000Z",
    time: 5,
  };
  const later = {
    ...entry,
    startedDateTime: "2026-11-22T08:00:01.000Z",
    request: { ...request, method: "POST" },
  };

  test("its entries in the order in which they were sent", () => {
    const text = `\ufeff${JSON.stringify({ log: { entries: [later, entry] } })}`;
    expect(readRequests(text).map(({ method, url }) => [method, url])).toEqual([
      ["GET", url],
      ["POST", url],
    ]);
  });

  test.each([
    ["an entry", entry],
    ["a request", request],
  ])("%s alone", (_, one) => {
    const [read] = readRequests(JSON.stringify(one));
    expect([read?.method, [...(read?.headers ?? [])]]).toEqual(["GET", [["dpop", "proof"]]]);
    expect(read?.note).toContain("sensitive data");
  });

  test.each([
    ["{", "HAR complete"],
    ['{"log":{"entries":[{}]}}', "log.entries[0]: request"],
    ["[]", "no HAR"],
  ])("%s", (text, says) => {
    expect(() => readRequests(text)).toThrow(says);
  });
});

describe("masking", () => {
  const token = `eyJhbGciOiJFUzI1NiJ9.${"Q".repeat(200)}.c2lnbmF0dXJl`;

  test("whatever is cut out of a secret's beginning stays hidden", () => {
    const [request] = readRequests(
      `curl -b 'sid=a-cookie-that-is-secret' -H 'Authorization: DPoP ${token}' '${url}?key=a-long-secret-in-the-query'`,
    );
    const mask = createMask(request ? secretsOf(request) : []);
    fc.assert(
      fc.property(fc.integer({ min: 20, max: token.length }), fc.string(), (length, around) => {
        expect(mask(`${around} ${token.slice(0, length)} ${around}`)).not.toContain(
          token.slice(0, 12),
        );
      }),
    );
    expect(mask("a-cookie-that-is-secret")).not.toContain("secret");
    expect(mask("a-long-secret-in-the-query")).not.toContain("secret");
    expect(mask("nothing secret here")).toBe("nothing secret here");
  });

  test("a token of nobody's request is hidden too", () => {
    expect(createMask([])(`found "${token}"`)).toBe(
      `found "eyJhbG... (${token.length} characters)"`,
    );
  });
});
