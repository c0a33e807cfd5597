import { describe, expect, test } from "vitest";
import { authenticating, compiledPair, edgeOf } from "./edge.ts";
import { opaque, secrets } from "./introspecting.ts";
import { request } from "./world.ts";

const operator = (config = "credentials: {source: texts, selector: op}") => `
- id: operator
  type: basic_auth
  config:
    ${config}
    error_signaling: {enabled: true, realm: operators}`;
const TEXTS = JSON.stringify({ op: { user_id: "ann", password: "pä:ss" } });
const nobody = () => new Response(null, { status: 500 });
const edge = (authenticators = operator(), steps = ["operator"], texts = TEXTS) =>
  edgeOf(authenticating(authenticators, steps), nobody, { ...secrets, TEXTS: texts });
const basic = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return request({ Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` });
};

describe("user and password", () => {
  test("pass, and the user is the caller", async () => {
    const decision = await edge().authorizer.authorize(basic("ann:pä:ss"));
    expect(decision).toMatchObject({ kind: "allow", principal: { id: "ann", attributes: {} } });
    expect(decision.kind === "allow" && decision.headers.get("Authorization")).toMatch(
      /^Bearer ey/,
    );
  });

  const rows: ReadonlyArray<[name: string, authorization: string | undefined, code: string]> = [
    ["another password", "Basic YW5uOng=", "credentials.invalid"],
    ["no password", "Basic YW5uOg==", "credentials.invalid"],
    ["no colon", "Basic YW5u", "credentials.malformed"],
    ["no base64", "Basic ?", "credentials.malformed"],
    ["no credentials", "Basic", "credentials.malformed"],
    ["no UTF-8", "Basic /zo=", "credentials.malformed"],
    ["two of them", "Basic YW5uOng=, Basic YW5uOng=", "credentials.multiple"],
    ["another scheme", "Bearer YW5uOng=", "credentials.missing"],
    ["nothing", undefined, "credentials.missing"],
  ];
  test.each(rows)("%s does not", async (_, authorization, code) => {
    const sent = request(authorization === undefined ? {} : { Authorization: authorization });
    const decision = await edge().authorizer.authorize(sent);
    expect(decision).toMatchObject({ kind: "refuse", code });
    if (!("status" in decision) || decision.status !== 401) return;
    expect(decision.headers.get("WWW-Authenticate")).toBe(
      'Basic realm="operators", charset="UTF-8"',
    );
  });

  test("another user does not", async () => {
    expect(await edge().authorizer.authorize(basic("eve:pä:ss"))).toMatchObject({
      code: "credentials.invalid",
    });
  });

  test("an empty one is a fault: nobody meant to let in whoever knows the name", async () => {
    const texts = JSON.stringify({ op: { user_id: "ann", password: "" } });
    const world = edge(operator(), ["operator"], texts);
    expect(await world.authorizer.authorize(basic("ann:"))).toMatchObject({ status: 500 });
    expect(world.events[0]?.fault).toContain("empty");
  });

  test("an argon2 hash is a fault, and never a password", async () => {
    const texts = JSON.stringify({ op: { user_id: "ann", password: "$argon2id$v=19$x" } });
    const world = edge(operator(), ["operator"], texts);
    expect(await world.authorizer.authorize(basic("ann:$argon2id$v=19$x"))).toMatchObject({
      status: 500,
    });
    expect(world.events[0]?.fault).toContain("argon2");
  });
});

test("beside tokens: each scheme by its own, DPoP first in the challenge", async () => {
  const { authorizer } = edge(`${opaque}${operator()}`, ["opaque", "operator"]);
  expect(await authorizer.authorize(basic("ann:pä:ss"))).toMatchObject({ kind: "allow" });
  const refused = await authorizer.authorize(request());
  expect("status" in refused && refused.headers.get("WWW-Authenticate")).toBe(
    'DPoP, Bearer, Basic realm="operators", charset="UTF-8"',
  );
});

test("a password never stands in the document", () => {
  const result = compiledPair(
    authenticating(operator("user_id: ann\n    password: hunter2"), ["operator"]),
  );
  const said = JSON.stringify(result.ok ? [] : result.problems);
  expect(said).toContain("a password never stands in the documents");
  expect(said).not.toContain("hunter2");
});
