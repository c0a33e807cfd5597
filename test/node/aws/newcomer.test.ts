import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createAuthorizerHandler } from "../../../adapters/aws/authorizer-handler.ts";
import type { AwsAnswer } from "../../../adapters/aws/aws-call.ts";
import { createProxyHandler } from "../../../adapters/aws/proxy-handler.ts";
import type { DynamoReplayOptions } from "../../../adapters/aws/replay-dynamodb.ts";
import { createSecretReader } from "../../../adapters/aws/secret-reader.ts";
import { startDynamo } from "../../../demo/aws/table.ts";
import type { Running } from "../../../demo/server.ts";
import type { Runtime } from "../../../src/runtime.ts";
import { configuration, noNonce } from "../../core/authorizer/world.ts";
import { storeOver } from "./dynamo-table.ts";
import { httpEvent, restEvent } from "./events.ts";
import { createAwsWorld, provenHeaders } from "./world.ts";

// Deployed on a Friday: what is forgotten fails closed, and the log says what to change.

let dynamo: Running;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

/** A request that is right in everything, asked of the authorizer and of the proxy. */
async function friday(changed: (now: () => number) => Partial<Runtime>, settings = noNonce) {
  const aws = createAwsWorld(settings);
  const runtime = { ...aws.runtime, ...changed(aws.runtime.now) };
  const headers = await provenHeaders(aws);
  const authorizer = createAuthorizerHandler(settings, { runtime });
  const failed = await authorizer(restEvent({ headers })).catch((error: unknown) => error);
  const lower = { authorization: headers.Authorization, dpop: headers.DPoP };
  const send = vi.fn(async () => new Response("let through"));
  const proxy = createProxyHandler(settings, { runtime, send });
  const { statusCode } = await proxy(httpEvent({ headers: lower }));
  expect(send).not.toHaveBeenCalled();
  return { failed, statusCode, log: aws.log.join("\n") };
}
const store = (options: Partial<DynamoReplayOptions>) => (now: () => number) => ({
  replay: storeOver(dynamo.url, { now, ...options }),
});

test("nothing forgotten: it passes", async () => {
  const aws = createAwsWorld(noNonce);
  const authorizer = createAuthorizerHandler(noNonce, { runtime: aws.runtime });
  const answer = await authorizer(restEvent({ headers: await provenHeaders(aws) }));
  expect(answer).toMatchObject({ policyDocument: { Statement: [{ Effect: "Allow" }] } });
});

const answering = (name: string) => async (): Promise<AwsAnswer> => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}` },
});

describe("503, and the log says why", () => {
  test.each([
    ["REPLAY_TABLE is not set", store({ table: undefined }), "name the DynamoDB table"],
    ["the table is not there", store({ table: "nothing" }), "deploy it, or name the right one"],
    [
      "a role without PutItem",
      store({ call: answering("AccessDeniedException") }),
      "allow dynamodb:PutItem",
    ],
    ["throttling", store({ call: answering("ThrottlingException") }), "PAY_PER_REQUEST"],
    [
      "no route to DynamoDB",
      store({ call: () => Promise.reject(new TypeError("x")) }),
      "no answer",
    ],
  ])("%s", async (_name, changed, advice) => {
    const { failed, statusCode, log } = await friday(changed);
    expect(failed).toMatchObject({
      name: "AuthorizerFailure",
      message: expect.stringContaining("replay.unavailable"),
    });
    expect(statusCode).toBe(503);
    expect(log).toContain(advice);
  });
});

describe("a secret", () => {
  const arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/dpop-edge/DPOP_NONCE_KEYS";
  const reading = (value: string | undefined, name: string) => () => ({
    secret: createSecretReader({ DPOP_NONCE_KEYS: value }, answering(name)),
  });

  test.each([
    ["is not set", reading(undefined, ""), "there is no such secret"],
    ["is an ARN of nothing", reading(arn, "ParameterNotFound"), "store it, or correct the ARN"],
    ["may not be read", reading(arn, "AccessDeniedException"), "allow ssm:GetParameter on it"],
  ])("%s", async (_name, changed, advice) => {
    const { failed, statusCode, log } = await friday(changed, configuration);
    expect(failed).toMatchObject({ name: "AuthorizerFailure" });
    expect(statusCode).toBe(500);
    expect(log).toContain("DPOP_NONCE_KEYS");
    expect(log).toContain(advice);
  });
});
