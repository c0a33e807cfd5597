import { afterEach, describe, expect, test, vi } from "vitest";
import { type AwsAnswer, type AwsRequest, createAwsCall } from "../../../adapters/aws/aws-call.ts";
import { createLambdaRuntime } from "../../../adapters/aws/runtime.ts";
import { createSecretReader } from "../../../adapters/aws/secret-reader.ts";
import { dynamoEnvironment } from "../../../demo/aws/table.ts";
import { listen } from "../../../demo/server.ts";
import { createSecrets } from "../../../src/secrets.ts";
import { configuration } from "../../core/authorizer/world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const parameter = "arn:aws:ssm:eu-central-1:123456789012:parameter/dpop-edge/KEYS";
const secret = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:dpop-edge-AbCdEf";
const keys = JSON.stringify({ keys: [{ kty: "oct", kid: "k1", k: "A".repeat(43) }] });

function reader(KEYS: string | undefined, ...answers: (AwsAnswer | Error)[]) {
  const call = vi.fn(async (_request: AwsRequest) => {
    const next = answers.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error("asked too often");
    return next;
  });
  return { call, read: createSecretReader({ KEYS }, call) };
}
const inParameter: AwsAnswer = { status: 200, body: { Parameter: { Value: keys } } };

describe("what a binding stands for", () => {
  test("the environment's value", async () => {
    const { call, read } = reader(keys);
    expect(await read({ binding: "KEYS" })).toBe(keys);
    expect(await read({ binding: "OTHER" })).toBeUndefined();
    expect(call).not.toHaveBeenCalled();
  });

  test("a file of the package", async () => {
    const { read } = reader(undefined);
    expect(await read({ path: "config/rules.yaml" })).toContain("rules:");
    expect(await read({ path: "config/nothing" })).toBeUndefined();
  });

  test("an SSM parameter, decrypted", async () => {
    const { call, read } = reader(parameter, inParameter);
    expect(await read({ binding: "KEYS" })).toBe(keys);
    expect(call.mock.calls[0]?.[0]).toMatchObject({
      service: "ssm",
      region: "eu-central-1",
      target: "AmazonSSM.GetParameter",
      input: { Name: parameter, WithDecryption: true },
    });
  });

  test("a Secrets Manager secret, in its own region", async () => {
    const { call, read } = reader(secret, { status: 200, body: { SecretString: keys } });
    expect(await read({ binding: "KEYS" })).toBe(keys);
    expect(call.mock.calls[0]?.[0]).toMatchObject({
      service: "secretsmanager",
      region: "cn-north-1",
      target: "secretsmanager.GetSecretValue",
      input: { SecretId: secret },
    });
  });
});

test("a reference is asked for once by many at once, and kept by nobody: what is in it may be wrong", async () => {
  const repaired = { status: 200, body: { Parameter: { Value: "repaired" } } };
  const { call, read } = reader(parameter, new TypeError("fetch failed"), inParameter, repaired);
  const first = await Promise.allSettled([read({ binding: "KEYS" }), read({ binding: "KEYS" })]);
  expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(call).toHaveBeenCalledTimes(1);
  await Promise.all([read({ binding: "KEYS" }), read({ binding: "KEYS" })]);
  expect(call).toHaveBeenCalledTimes(2);
  expect(await read({ binding: "KEYS" })).toBe("repaired");
});

const failed = (status: number, name: string): AwsAnswer => ({ status, body: { __type: name } });

test.each([
  ["is missing", parameter, failed(400, "ParameterNotFound"), "store it, or correct the ARN"],
  ["is forbidden", parameter, failed(400, "AccessDeniedException"), "allow ssm:GetParameter on it"],
  [
    "is forbidden there",
    secret,
    failed(400, "AccessDeniedException"),
    "allow secretsmanager:GetSecretValue on it",
  ],
  ["is throttled", parameter, failed(400, "ThrottlingException"), "raise its throughput"],
  ["fails there", parameter, failed(500, "InternalServerError"), "it will be asked again"],
  [
    "does not come",
    parameter,
    new TypeError("fetch failed"),
    "2000 ms at most: no answer, TypeError",
  ],
  ["comes late", parameter, new DOMException("", "TimeoutError"), "no answer in time"],
  [
    "nobody may ask for",
    parameter,
    new Error("give the function a role"),
    "give the function a role",
  ],
  ["is binary", secret, { status: 200, body: { SecretBinary: "AA==" } }, "holds no text"],
  [
    "is something else",
    "arn:aws:s3:::bucket/key",
    failed(400, "x"),
    "neither of a Secrets Manager",
  ],
])("a secret that %s: the operator learns which and why", async (_name, arn, answer, advice) => {
  const { read } = reader(arn, answer);
  const source = { kind: "jwks", from: { binding: "KEYS" } } as const;
  const secrets = createSecrets({ nonce_keys: source }, read);
  const thrown = await secrets.symmetricKeys("nonce_keys").catch((error: Error) => error.message);
  expect(thrown).toContain('"nonce_keys" (secret KEYS)');
  expect(thrown).toContain(advice);
});

test("requests are signed with the function's credentials, and go where AWS's own SDKs would send them", async () => {
  const seen: { headers?: Record<string, unknown>; url?: string | undefined } = {};
  const server = await listen(() => (request, response) => {
    Object.assign(seen, { headers: request.headers, url: request.url });
    response.end(JSON.stringify(inParameter.body));
  });
  try {
    const environment = {
      AWS_ENDPOINT_URL_SSM: server.url,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "session",
      KEYS: parameter,
    };
    const read = createSecretReader(environment, createAwsCall(environment));
    expect(await read({ binding: "KEYS" })).toBe(keys);
    expect(seen.headers).toMatchObject({
      "x-amz-security-token": "session",
      "x-amz-target": "AmazonSSM.GetParameter",
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/ssm\/aws4_request, /,
      ),
    });
  } finally {
    await server.stop();
  }
});

test.each([
  ["eu-central-1", "https://dynamodb.eu-central-1.amazonaws.com/"],
  ["cn-north-1", "https://dynamodb.cn-north-1.amazonaws.com.cn/"],
])("without an endpoint, %s is asked at %s", async (region, url) => {
  const { AWS_ENDPOINT_URL_DYNAMODB: _, ...environment } = dynamoEnvironment("");
  const send = vi.fn(async (_url: string | URL | Request) => new Response("{}"));
  const call = createAwsCall(environment, send);
  const contentType = "application/x-amz-json-1.0";
  await call({ service: "dynamodb", region, target: "x", contentType, input: {}, deadline: 1000 });
  expect(String(send.mock.calls[0]?.[0])).toBe(url);
});

test("the runtime of a function", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const runtime = createLambdaRuntime(configuration, { KEYS: keys, AWS_REGION: "eu-west-1" });
  expect(await runtime.secret({ binding: "KEYS" })).toBe(keys);
  expect(runtime.random(16)).toHaveLength(16);
  expect(runtime.now()).toBeGreaterThan(1_700_000_000_000);
  // The shipped configuration of this test says regions: off.
  expect(runtime.replay.nonceRoute).toBeUndefined();
  const regional = { replay: { ...configuration.replay, regions: "auto" as const } };
  const { replay } = createLambdaRuntime(regional, { AWS_REGION: "eu-west-1" });
  expect(Buffer.from((await replay.nonceRoute?.("key")) ?? []).toString()).toMatch(/^eu-west-1 /);
  const event = { time: "2027-01-15T08:00:00.000Z", request_id: "1", method: "GET", duration: 1 };
  runtime.emit({ v: 1, outcome: "allow", ...event });
  expect(log).toHaveBeenCalledWith(JSON.stringify({ v: 1, outcome: "allow", ...event }));
});
