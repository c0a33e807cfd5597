import { describe, expect, test } from "vitest";
import { type Explanation, explain } from "../../../cli/explain/explain.ts";
import { readRequests } from "../../../cli/explain/read-requests.ts";
import { isRefused, jsonOf, shortOf, textOf } from "../../../cli/explain/report.ts";
import { createProof, generateKey } from "../../../src/client/index.ts";
import { createWorld, noNonce, origin, start } from "../../core/authorizer/world.ts";

const same = (text: string) => text;
const plain = { bold: same, dim: same, green: same, red: same };
const world = createWorld();
const key = await generateKey();
const token = await world.accessToken({ cnf: { jkt: key.thumbprint } });
const url = `${origin}/api/x`;

const date = new Date(start * 1000).toUTCString();
async function proofOf(signed: { method?: string; at?: number; nonce?: string } = {}) {
  const { method = "GET", at = 0, nonce } = signed;
  const now = () => (start + at) * 1000;
  const made = { key, method, url, accessToken: token, now };
  return await createProof(nonce === undefined ? made : { ...made, nonce });
}

/** What `curl -v` prints of one call. */
function verbose(proof: string, status: number, fields: readonly string[] = [], body = "") {
  return [
    "$ curl -v ...",
    "*   Trying 192.0.2.1:443...",
    "> GET /api/x HTTP/2",
    "> Host: api.example.com",
    `> Authorization: DPoP ${token}`,
    `> DPoP: ${proof}`,
    "> ",
    "* Request completely sent off",
    "< HTTP/2 103 ",
    "< ",
    `< HTTP/2 ${status} `,
    `< date: ${date}`,
    ...fields.map((field) => `< ${field}`),
    "< ",
    `{ [${body.length} bytes data]`,
    body,
    "* Connection #0 to host api.example.com left intact",
  ].join("\r\n");
}
const challenge = (error: string) => `www-authenticate: DPoP error="${error}", algs="ES256"`;

function asked(text: string, options: { assumed?: boolean; clock?: number } = {}) {
  const { assumed = false, clock = Number.NaN } = options;
  const given = assumed ? {} : { configuration: noNonce };
  return explain(readRequests(text), { ...given, clock: () => clock });
}
/** The first request's verdict, as text. */
function head(explanation: Explanation): string {
  return textOf(explanation, plain).split("\n\n")[0] ?? "";
}

describe("the server's answer is judged with", () => {
  test("use_dpop_nonce: what to do next, and exit code 1", async () => {
    const fields = [challenge("use_dpop_nonce"), "dpop-nonce: fresh-nonce-of-the-edge"];
    const explanation = await asked(verbose(await proofOf(), 401, fields));
    expect(isRefused(explanation)).toBe(true);
    expect(explanation.requests[0]?.refused).toBe("nonce.missing");
    expect(head(explanation)).toContain("carries the nonce of the answer's DPoP-Nonce");
    expect(explanation.pitfalls).toEqual([]);
    expect(textOf(explanation, plain)).not.toContain("fresh-nonce-of-the-edge");
  });

  test.each([
    ["the code of the edge's body", [challenge("invalid_dpop_proof")], '{"code":"proof.htm"}'],
    ["the error of the challenge", [challenge("invalid_dpop_proof")], ""],
  ])("%s that says the same: no disagreement", async (_, fields, body) => {
    const explanation = await asked(verbose(await proofOf({ method: "PUT" }), 401, fields, body));
    expect(head(explanation)).toMatch(/^ {2}Refused: 401 invalid_dpop_proof, proof\.htm\./m);
    expect(jsonOf(explanation)).not.toHaveProperty("requests.0.disagreement");
  });

  test.each([
    [
      "a refusal that is not found here",
      401,
      [challenge("invalid_token")],
      "",
      /Refused by the server: 401 invalid_token\. Here it passes, as far as it was checked \(\d not\)\.\n {2}Nothing that was checked here explains .* could be it: signature, used once\./,
    ],
    [
      "a proof that the server has seen",
      401,
      [challenge("invalid_dpop_proof")],
      '{"error":"invalid_dpop_proof","code":"proof.replayed"}',
      /Refused by the server: 401 invalid_dpop_proof proof\.replayed\..*\n.*Only the server knows whether the proof was used before/,
    ],
    ["an answer of somebody else", 403, [], "<html>", /whatever stands before or behind the edge/],
    ["a server that failed", 502, [], "", /need not be this request's fault/],
  ])("%s", async (_, status, fields, body, says) => {
    const explanation = await asked(verbose(await proofOf(), status, fields, body));
    expect([isRefused(explanation), explanation.requests[0]?.refused]).toEqual([true, undefined]);
    expect(head(explanation)).toMatch(says);
  });

  test("another refusal than the one found here: both are told", async () => {
    const text = verbose(await proofOf({ method: "PUT" }), 401, [challenge("use_dpop_nonce")]);
    const explanation = await asked(text);
    expect(head(explanation)).toMatch(
      /proof\.htm\. .*\n.*\n.*The server says 401 use_dpop_nonce, here proof\.htm comes first\./,
    );
  });

  test("an answer that let pass what is refused here: which of the two could be wrong", async () => {
    const explanation = await asked(verbose(await proofOf({ method: "PUT" }), 200));
    expect(isRefused(explanation)).toBe(true);
    expect(head(explanation)).toMatch(
      /The server let it pass\. Wrong could be the documents .* or /,
    );
    const passes = await asked(verbose(await proofOf(), 200));
    expect([isRefused(passes), head(passes)]).toEqual([
      false,
      expect.not.stringContaining("could be"),
    ]);
  });

  test("behind a curl command, as curl -i prints it", async () => {
    const headers = `-H 'Authorization: DPoP ${token}' -H 'DPoP: ${await proofOf()}'`;
    const answer = `HTTP/1.1 401 Unauthorized\nDate: ${date}\n${challenge("invalid_token")}\n\n{"code":"token.key"}`;
    const explanation = await asked(`curl -i ${headers} ${url}\n${answer}`);
    expect(head(explanation)).toContain("Refused by the server: 401 invalid_token token.key.");
  });

  test("through a proxy: CONNECT is no request of ours", async () => {
    const connect =
      "> CONNECT api.example.com:443 HTTP/1.1\r\n> Host: x\r\n> \r\n< HTTP/1.1 200 OK\r\n";
    const { requests } = await asked(`${connect}${verbose(await proofOf(), 200)}`);
    expect(requests.map(({ request }) => request.method)).toEqual(["GET"]);
  });

  test("each exchange of a transcript for itself", async () => {
    const first = verbose(await proofOf(), 401, [challenge("use_dpop_nonce"), "dpop-nonce: n1"]);
    const second = verbose(await proofOf({ nonce: "n1" }), 200);
    const { requests } = await asked(`${first}\r\n${second}`);
    expect(requests.map(({ request, refused }) => [request.answer?.status, refused])).toEqual([
      [401, "nonce.missing"],
      [200, undefined],
    ]);
  });
});

describe("what cannot be known is not said", () => {
  const raw = async (at: number) =>
    `GET ${url}\nAuthorization: DPoP ${token}\nDPoP: ${await proofOf({ at })}`;

  test("without documents: of what they say", async () => {
    const [request] = (await asked(await raw(0), { assumed: true, clock: start * 1000 })).requests;
    const outcomes = new Map(request?.findings.map(({ check, outcome }) => [check, outcome]));
    for (const check of ["route.url", "route.rule", "token.type", "token.issuer", "policy.scope"])
      expect([check, outcomes.get(check as never)]).toEqual([check, "skipped"]);
    for (const check of ["route.path", "proof.htm", "proof.htu", "proof.signature"])
      expect([check, outcomes.get(check as never)]).toEqual([check, "passed"]);
  });

  test("without a time in the input: of the clock", async () => {
    const late = (start + 5000) * 1000;
    const explanation = await asked(await raw(0), { clock: late });
    expect([isRefused(explanation), explanation.pitfalls]).toEqual([false, []]);
    expect(textOf(explanation, plain)).toMatch(/- +iat +not checked: .*5000 s ago.*give --now/);
    const { requests } = await explain(readRequests(await raw(0)), {
      configuration: noNonce,
      clock: () => Number.NaN,
      now: late,
    });
    expect(requests[0]?.refused).toBe("token.expired");
  });
});

test("the pitfall is of the first refusal, or there is none", async () => {
  const stale = await proofOf({ method: "PUT", at: -500 });
  const both = await asked(verbose(stale, 401, [challenge("invalid_dpop_proof")]));
  expect(both.requests[0]?.findings.filter(({ outcome }) => outcome === "failed")).toHaveLength(2);
  expect(both.pitfalls.map(({ pitfall }) => pitfall)).toEqual(["request.other"]);
  const expired = `GET ${url}\nAuthorization: DPoP ${await world.accessToken({ exp: start - 100 })}\nDPoP: ${stale}`;
  const options = { configuration: noNonce, clock: () => Number.NaN, now: start * 1000 };
  const other = await explain(readRequests(expired), options);
  expect([other.requests[0]?.refused, other.pitfalls]).toEqual(["token.expired", []]);
});

test("the verdict stands first, and alone with --short", async () => {
  const explanation = await asked(verbose(await proofOf({ method: "PUT" }), 401));
  const lines = textOf(explanation, plain).split("\n");
  expect(lines.slice(0, 2)).toEqual([`GET ${url}`, expect.stringMatching(/^ {2}Refused: 401 /)]);
  expect(lines.findIndex((line) => line.includes("FAIL"))).toBeGreaterThan(5);
  expect(shortOf(explanation)).toMatch(
    /^GET https:\/\/api\.example\.com\/api\/x {3}Refused: 401 .*proof\.htm\. .* Set htm .*\n$/,
  );
});

test("a token is taken for no placeholder, whatever letters chance puts together", () => {
  const call = `curl -H 'Authorization: DPoP eyJhbGci.e-MY-TOKEN_your_token.x-my-key' ${url}`;
  expect(readRequests(call)).toHaveLength(1);
});

describe("what stands for a value is named as what it is", () => {
  const call = (authorization: string, proof = "eyJh.eyJq.c2ln") =>
    `curl -H 'Authorization: ${authorization}' -H 'DPoP: ${proof}' ${url}`;
  test.each([
    [call("DPoP $TOKEN"), "Authorization holds $TOKEN, which no shell has expanded"],
    [call(`DPoP ${token}`, "$" + "{PROOF}"), "DPoP holds $" + "{PROOF}, which no shell"],
    [call("DPoP $(cat token)"), "holds $(cat token)"],
    [call("DPoP ..."), 'holds "...": it was shortened'],
    [call("DPoP eyJhbG... (600 characters)"), "it was shortened"],
    [call("DPoP eyJhb\u2026"), "it was shortened"],
    [call("DPoP <token>"), "the placeholder <token>"],
    [call("DPoP {{access_token}}"), "the placeholder {{access_token}}"],
    [`GET ${url}\nAuthorization: DPoP YOUR_TOKEN\nDPoP: x`, "the placeholder YOUR_TOKEN"],
    ["hello", '"hello" is no request'],
    [url, "A URL alone is no request"],
    [token, "A JWT alone is no request"],
    ["sk_live_51H8xyzSECRET", "One line of text is no request"],
  ])("%j", (text, says) => {
    expect(() => readRequests(text)).toThrow(says);
    expect(() => readRequests(text)).not.toThrow(/SECRET|eyJhbGciOi/);
  });
});
