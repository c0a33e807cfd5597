import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type AwsAnswer, type AwsRequest, createAwsCall } from "../../../adapters/aws/aws-call.ts";
import { createTable, dynamoEnvironment, region, startDynamo } from "../../../demo/aws/table.ts";
import { listen, type Running } from "../../../demo/server.ts";
import { claimOf } from "./claim.ts";
import { storeOver, tableName } from "./dynamo-table.ts";

let dynamo: Running;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const error = (status: number, name: string): AwsAnswer => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}` },
});
const written: AwsAnswer = { status: 200, body: {} };

/** A store whose calls are answered in this order; a thrown Error is no answer. */
function answered(...answers: (AwsAnswer | Error)[]) {
  const call = vi.fn(async (_request: AwsRequest) => {
    const next = answers.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error("asked too often");
    return next;
  });
  return { call, store: storeOver("http://127.0.0.1:1", { call, table: "replay" }) };
}

test("one conditional write, with everything that makes it exact", async () => {
  const { call, store } = answered(written);
  const claim = await claimOf("a");
  expect(await store.claim(claim)).toBe("fresh");
  const rid = { B: expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/) };
  expect(call.mock.calls).toEqual([
    [
      {
        service: "dynamodb",
        region,
        target: "DynamoDB_20120810.PutItem",
        contentType: "application/x-amz-json-1.0",
        input: {
          TableName: "replay",
          Item: {
            pk: { B: Buffer.from(claim.digest).toString("base64") },
            rid,
            // An hour past the window.
            expires: { N: String(claim.iat + 130 + 3600) },
          },
          ConditionExpression: "attribute_not_exists(pk) OR rid = :rid",
          ExpressionAttributeValues: { ":rid": rid },
        },
        deadline: 20_000,
      },
    ],
  ]);
});

describe("what passes is asked again, as the same claim", () => {
  test.each([
    ["throttling", error(400, "ProvisionedThroughputExceededException")],
    ["another throttling", error(400, "ThrottlingException")],
    ["a fault of DynamoDB's", error(500, "InternalServerError")],
    ["an answer without a name", { status: 503, body: {} }],
    ["no answer in time", new DOMException("", "TimeoutError")],
    ["a broken connection", new TypeError("fetch failed")],
  ])("%s", async (_name, passing) => {
    const { call, store } = answered(passing, passing, written);
    expect(await store.claim(await claimOf("a"))).toBe("fresh");
    const inputs = call.mock.calls.map(([{ input }]) => JSON.stringify(input));
    expect(inputs).toHaveLength(3);
    expect(new Set(inputs).size).toBe(1);
  });

  test("our own retry of a write that succeeded is fresh, and another's copy is not", async () => {
    const table = tableName();
    await createTable(dynamo.url, table);
    const through = createAwsCall(dynamoEnvironment(dynamo.url));
    let lost = 1;
    const losing = async (request: AwsRequest) => {
      const answer = await through(request);
      if (lost-- > 0) throw new TypeError("the connection broke after the write");
      return answer;
    };
    const store = storeOver(dynamo.url, { table, call: losing });
    const claim = await claimOf("a");
    expect(await store.claim(claim)).toBe("fresh");
    expect(await store.claim(claim)).toBe("replayed");
    expect(await storeOver(dynamo.url, { table }).claim(claim)).toBe("replayed");
  });
});

describe("what lasts refuses, and says what to change", () => {
  test("throttling without end", async () => {
    const throttled = error(400, "ThrottlingException");
    const { call, store } = answered(throttled, throttled, throttled, written);
    await expect(store.claim(await claimOf("a"))).rejects.toThrow("PAY_PER_REQUEST");
    expect(call).toHaveBeenCalledTimes(3);
  });

  test.each([
    ["ResourceNotFoundException", "name the right one in REPLAY_TABLE"],
    ["AccessDeniedException", "allow dynamodb:PutItem"],
    ["ValidationException", "partition key pk, of type B"],
    ["UnrecognizedClientException", "UnrecognizedClientException"],
  ])("%s is not asked again", async (name, advice) => {
    const { call, store } = answered(error(400, name), written);
    await expect(store.claim(await claimOf("a"))).rejects.toThrow(advice);
    expect(call).toHaveBeenCalledTimes(1);
  });

  test.each([
    [
      "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: B",
      /expected: S actual: B; .* has another key/,
    ],
    [
      "Item size has exceeded the maximum allowed size",
      /^DynamoDB, ValidationException: Item size has exceeded the maximum allowed size; that is about our write to/,
    ],
    ["no\r\nline\u0000 break.", /: no line break; that is/],
    ["x".repeat(1000), /: x{300}; that is/],
  ])("the real reason of a ValidationException is told: %s", async (message, says) => {
    for (const name of ["message", "Message"]) {
      const body = { __type: "com.amazon.coral.validate#ValidationException", [name]: message };
      const { store } = answered({ status: 400, body });
      await expect(store.claim(await claimOf("a"))).rejects.toThrow(says);
    }
  });

  test("what is said of a bad signature is not told: it quotes the request's headers", async () => {
    const body = { __type: "x#InvalidSignatureException", message: "x-amz-security-token:hunter2" };
    const { store } = answered({ status: 400, body });
    const thrown = await store.claim(await claimOf("a")).catch((error: Error) => error.message);
    expect(thrown).toBe("DynamoDB answered 400 InvalidSignatureException.");
  });

  test("a table that is not there", async () => {
    const store = storeOver(dynamo.url, { table: "nothing" });
    await expect(store.claim(await claimOf("a"))).rejects.toThrow(`no table nothing in ${region}`);
  });

  test("a table that nobody named", async () => {
    const { call, store } = answered(written);
    const unnamed = storeOver("http://127.0.0.1:1", { call, table: undefined });
    await expect(unnamed.claim(await claimOf("a"))).rejects.toThrow("REPLAY_TABLE is not set");
    expect(await store.claim(await claimOf("a"))).toBe("fresh");
  });

  test("a server that never answers", async () => {
    const silent = await listen(() => () => undefined);
    try {
      const store = storeOver(silent.url, { table: "replay", deadline: 30, attempts: 2 });
      const claim = store.claim(await claimOf("a"));
      await expect(claim).rejects.toThrow("asked 2 times: no answer in time");
    } finally {
      await silent.stop();
    }
  });

  test.each([
    ["no JSON", "<html>"],
    ["too much", `{"x":"${"x".repeat(300_000)}"}`],
    ["no object", "[1"],
  ])("a server that answers 200 with %s", async (_name, body) => {
    const strange = await listen(() => (_request, response) => response.end(body));
    try {
      const store = storeOver(strange.url, { table: "replay", attempts: 1 });
      await expect(store.claim(await claimOf("a"))).rejects.toThrow("asked 1 times");
    } finally {
      await strange.stop();
    }
  });

  test("a redirect is not followed: it would take the signature along", async () => {
    const to = vi.fn();
    const other = await listen(() => (_request, response) => response.end(`{}${to()}`));
    const moved = await listen(
      () => (_request, response) => response.writeHead(307, { Location: other.url }).end(),
    );
    try {
      const store = storeOver(moved.url, { table: "replay", attempts: 1 });
      await expect(store.claim(await claimOf("a"))).rejects.toThrow("answered 307");
      expect(to).not.toHaveBeenCalled();
    } finally {
      await moved.stop();
      await other.stop();
    }
  });

  test("no credentials", async () => {
    const call = createAwsCall({ AWS_ENDPOINT_URL_DYNAMODB: dynamo.url });
    const store = storeOver(dynamo.url, { call, attempts: 1 });
    await expect(store.claim(await claimOf("a"))).rejects.toThrow("give the function a role");
  });
});
