import { describe, expect, test } from "vitest";
import { type Revocable, revocationId } from "../../../src/revocation/entry.ts";
import { createMemoryRevocations } from "../../../src/revocation/memory.ts";
import { authenticating, edgeOf } from "./edge.ts";
import { active, bearer, bound, opaque, proven, secrets } from "./introspecting.ts";
import { clientKey, request, start } from "./world.ts";

// Who is no JWT of an issuer is shut out as well.

const basic = `
- id: operator
  type: basic_auth
  config: {credentials: {source: texts, selector: op}}`;
const session = `
- id: session
  type: generic
  config:
    identity_info_endpoint: {url: https://who.example/whoami}
    authentication_data_source: [{cookie: session}]
    principal: {id: user.id}`;
const TEXTS = JSON.stringify({
  idp: { client_id: "edge", client_secret: "s3cret" },
  op: { user_id: "ann", password: "pass" },
});

async function revoked(kind: Revocable, value: string) {
  const revocations = createMemoryRevocations({ now: () => start * 1000 });
  const id = await revocationId(kind, value);
  await revocations.change({ revoke: [{ id, until: start + 60 }], lift: [] });
  return revocations;
}

async function edge(
  authenticators: string,
  step: string,
  answer: () => Response,
  ...entry: [Revocable, string]
) {
  const pair = authenticating(authenticators, [step]);
  const mechanisms = pair.mechanisms.replace("serve: {", "serve: {revocation: {}, ");
  const all = { ...secrets, TEXTS };
  return edgeOf({ ...pair, mechanisms }, answer, all, await revoked(...entry)).authorizer;
}

const user = () => request({ Authorization: `Basic ${btoa("ann:pass")}` });
const visitor = () => request({ Cookie: "session=s1" });
const whoami = () => Response.json({ user: { id: "carol" }, jti: "session-1" });
const never = () => new Response(null, { status: 500 });

describe("revocation", () => {
  test.each([
    ["a user of basic_auth", basic, "operator", never, user, "sub", "ann"],
    ["a session, by its principal", session, "session", whoami, visitor, "sub", "carol"],
    ["a session, by its jti", session, "session", whoami, visitor, "jti", "session-1"],
    ["an opaque token, by its key", opaque, "opaque", () => bound(), proven, "jkt", clientKey.jkt],
    ["an opaque Bearer token", opaque, "opaque", () => active(), bearer, "sub", "alice"],
  ] as const)("%s", async (_, authenticators, step, answer, sent, kind, value) => {
    const passes = await edge(authenticators, step, answer, kind, `${value}x`);
    expect((await passes.authorize(await sent())).kind).toBe("allow");
    const shut = await edge(authenticators, step, answer, kind, value);
    expect(await shut.authorize(await sent())).toMatchObject({
      code: "token.revoked",
      status: 401,
    });
  });

  test("an anonymous caller is nobody who could be", async () => {
    const open = await edge(basic, "anyone", never, "sub", "anonymous");
    expect((await open.authorize(request())).kind).toBe("allow");
  });
});
