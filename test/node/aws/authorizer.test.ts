import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type AuthorizerHandler,
  createAuthorizerHandler,
} from "../../../adapters/aws/authorizer-handler.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import { configuration, noNonce, withRule } from "../../core/authorizer/world.ts";
import { httpAuthorizerEvent, restEvent } from "./events.ts";
import { type AwsWorld, createAwsWorld, provenHeaders } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const policyOf = async (handler: AuthorizerHandler, event: unknown) => {
  const answer = (await handler(event)) as APIGatewayAuthorizerResult;
  const [statement] = answer.policyDocument.Statement;
  return { effect: statement?.Effect, ...answer };
};
const handlerOf = ({ runtime }: AwsWorld, settings = configuration) =>
  createAuthorizerHandler(settings, { runtime });

test("REST: challenge, retry, replay", async () => {
  const aws = createAwsWorld();
  const handler = handlerOf(aws);
  const ask = async (proof: Record<string, unknown>) =>
    restEvent({ headers: await provenHeaders(aws, proof) });
  const challenge = await policyOf(handler, await ask({}));
  expect(challenge.effect).toBe("Deny");
  expect(challenge.context).toMatchObject({ error: "use_dpop_nonce", code: "nonce.missing" });
  const nonce = challenge.context?.dpopNonce;
  expect(nonce).toMatch(/^[\w-]{40,}$/);

  const event = await ask({ nonce });
  const allowed = await policyOf(handler, event);
  expect(allowed.effect).toBe("Allow");
  const { internalToken, ...context } = allowed.context ?? {};
  expect(context).toEqual({
    sub: "alice",
    clientId: "agent",
    jkt: expect.stringMatching(/^[\w-]{43}$/),
    scope: "",
  });
  expect(decodeJwt(String(internalToken))).toMatchObject({ sub: "alice", iss: "dpop-edge" });

  expect((await policyOf(handler, event)).context).toMatchObject({ code: "proof.replayed" });
});

test("a function that was warmed up asks for no key and no secret when the first request comes", async () => {
  const secret = vi.fn((from) => aws.world.secrets[from.binding]);
  const fetch = vi.fn(() => aws.world.jwks());
  const aws = createAwsWorld(noNonce, { fetch, secret });
  const handler = handlerOf(aws, noNonce);
  await handler.warmUp();
  expect(aws.log).toEqual([]);
  const asked = [fetch, secret].map(({ mock }) => mock.calls.length);
  expect(asked[0]).toBe(1);
  const event = restEvent({ headers: await provenHeaders(aws) });
  expect((await policyOf(handler, event)).effect).toBe("Allow");
  expect([fetch, secret].map(({ mock }) => mock.calls.length)).toEqual(asked);
});

test("what is wrong with a function is told by its first request, not while it is warmed up", async () => {
  const aws = createAwsWorld();
  const revocation = { staleness: 60, onFailure: "refuse" } as const;
  const handler = createAuthorizerHandler({
    ...configuration,
    revocation,
    mechanisms: allMechanisms,
  });
  await expect(handler.warmUp()).resolves.toBeUndefined();
  expect(aws.log).toEqual([]);
  await expect(handler(restEvent())).rejects.toThrow("internal: see the log");
  expect(aws.log.join()).toContain("REVOCATION_TABLE");
});

test("REST: of 50 copies at once one is allowed", async () => {
  const aws = createAwsWorld(noNonce);
  const handler = handlerOf(aws, noNonce);
  const event = restEvent({ headers: await provenHeaders(aws) });
  const answers = await Promise.all(Array.from({ length: 50 }, () => policyOf(handler, event)));
  expect(answers.filter(({ effect }) => effect === "Allow")).toHaveLength(1);
});

test("a steady client is given the next nonce with the Allow", async () => {
  const aws = createAwsWorld();
  const handler = handlerOf(aws);
  const asked = restEvent({ headers: await provenHeaders(aws) });
  const nonce = (await policyOf(handler, asked)).context?.dpopNonce;
  aws.world.clock.seconds += 40;
  const again = await policyOf(
    handler,
    restEvent({ headers: await provenHeaders(aws, { nonce }) }),
  );
  expect(again.effect).toBe("Allow");
  expect(again.context?.dpopNonce).toMatch(/^[\w-]{40,}$/);
  expect(again.context?.dpopNonce).not.toBe(nonce);
});

test("REST: a refusal by policy is the error that API Gateway knows by its message", async () => {
  const settings = withRule({ authorizers: [{ type: "deny", id: "no" }] });
  const aws = createAwsWorld(settings);
  const headers = await provenHeaders(aws);
  const denied = handlerOf(aws, settings)(restEvent({ headers }));
  await expect(denied).rejects.toThrow(/^Unauthorized$/);
});

test("HTTP: a simple response, once the proof is right; a bare no before", async () => {
  const aws = createAwsWorld(noNonce);
  const handler = handlerOf(aws, noNonce);
  const { Authorization, DPoP } = await provenHeaders(aws);
  const event = httpAuthorizerEvent({ headers: { authorization: Authorization, dpop: DPoP } });
  expect(await handler(event)).toMatchObject({ isAuthorized: true, context: { sub: "alice" } });
  expect(await handler(event)).toMatchObject({
    isAuthorized: false,
    context: { code: "proof.replayed" },
  });
  expect(aws.log.filter((line) => line.includes("bare 403"))).toHaveLength(1);
});

describe("fails closed, with a log line that says what to change", () => {
  const failing = async (event: unknown, aws = createAwsWorld()) => {
    const thrown = await handlerOf(aws)(event).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: "AuthorizerFailure" });
    return aws.log.join("\n");
  };

  test("a TOKEN authorizer", async () => {
    const event = { type: "TOKEN", authorizationToken: "DPoP t.o.k", methodArn: "arn:aws:x" };
    const log = await failing(event);
    expect(log).toContain("set the authorizer's type to REQUEST");
    expect(log).not.toContain("t.o.k");
  });

  test("an HTTP API with payload format 1.0", async () => {
    expect(await failing(restEvent({}, { version: "1.0" }))).toContain("payloadVersion: '2.0'");
  });

  test.each([
    ["nothing", undefined],
    ["another service's event", { Records: [] }],
    ["no method ARN", restEvent({}, { methodArn: undefined })],
    ["no request context", restEvent({}, { requestContext: undefined })],
    ["no route ARN", httpAuthorizerEvent({}, { routeArn: undefined })],
    ["a header that no header can be", restEvent({ headers: { "x y": "1" } })],
    ["half of a surrogate pair in the path", restEvent({ path: "/api/\ud800" })],
  ])("%s", async (_name, event) => {
    expect(await failing(event)).toContain('"fault"');
  });

  test("what a client sent is not in the log, whatever was wrong with it", async () => {
    const headers = { Authorization: "DPoP se.cre.t\n", "X-Other": "se.cre.t\0" };
    expect(await failing(restEvent({ headers }))).not.toContain("se.cre.t");
  });

  test("a missing secret", async () => {
    const aws = createAwsWorld();
    aws.world.secrets.DPOP_NONCE_KEYS = undefined;
    const event = restEvent({ headers: await provenHeaders(aws) });
    expect(await failing(event, aws)).toContain("secret DPOP_NONCE_KEYS");
  });

  test("an issuer without keys", async () => {
    const aws = createAwsWorld();
    aws.world.jwks = async () => new Response("", { status: 500 });
    const event = restEvent({ headers: await provenHeaders(aws) });
    expect(await failing(event, aws)).toContain("keys.unavailable");
  });
});

test("the path of the keys is not the authorizer's to open", async () => {
  const aws = createAwsWorld();
  const path = "/.well-known/jwks";
  expect(await policyOf(handlerOf(aws), restEvent({ path }))).toMatchObject({ effect: "Deny" });
  const event = httpAuthorizerEvent({ rawPath: path });
  expect(await handlerOf(aws)(event)).toMatchObject({ isAuthorized: false });
});

describe("signs of a cache", () => {
  const warnings = ({ log }: AwsWorld) => log.filter((line) => line.includes("DANGER"));

  test.each([
    ["HTTP: identity sources", httpAuthorizerEvent({}, { identitySource: ["DPoP t.o.k"] })],
    ["REST: an identity source", restEvent({}, { identitySource: "DPoP t.o.k" })],
    ["REST: an authorization token", restEvent({}, { authorizationToken: "DPoP t.o.k" })],
  ])("%s: one loud line an instance, and it still decides", async (_name, event) => {
    const aws = createAwsWorld();
    const handler = handlerOf(aws);
    await handler(event);
    await handler(event);
    expect(warnings(aws)).toHaveLength(1);
    expect(warnings(aws)[0]).toContain("authorizerResultTtlInSeconds");
    expect(aws.log.join()).not.toContain("t.o.k");
  });

  test.each([restEvent(), httpAuthorizerEvent(), httpAuthorizerEvent({}, { identitySource: [] })])(
    "none: no warning",
    async (event) => {
      const aws = createAwsWorld();
      await handlerOf(aws)(event);
      expect(warnings(aws)).toEqual([]);
    },
  );
});

test("documents that look into bodies, or lack their code, fail before the first request", () => {
  for (const name of ["body", "mcp"] as const)
    expect(() =>
      createAuthorizerHandler({ ...configuration, needs: [name], mechanisms: allMechanisms }),
    ).toThrow(/use the proxy/);
  expect(() => createAuthorizerHandler({ ...configuration, needs: ["cel"] })).toThrow(
    /needs the mechanism cel/,
  );
});
