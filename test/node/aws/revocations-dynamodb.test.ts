import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type AwsAnswer, createAwsCall } from "../../../adapters/aws/aws-call.ts";
import { createProxyHandler } from "../../../adapters/aws/index.ts";
import { createDynamoRevocations } from "../../../adapters/aws/revocations-dynamodb.ts";
import { createLambdaRuntime } from "../../../adapters/aws/runtime.ts";
import { shellWords } from "../../../cli/explain/shell-words.ts";
import { tableList } from "../../../cli/revoke/table.ts";
import { createTable, dynamoEnvironment, region, startDynamo } from "../../../demo/aws/table.ts";
import type { Running } from "../../../demo/server.ts";
import { mostRevocations } from "../../../src/revocation/entry.ts";
import { createMemoryRevocations } from "../../../src/revocation/memory.ts";
import { revoking } from "../../core/authorizer/revoking.ts";
import { clientKey, noNonce } from "../../core/authorizer/world.ts";
import { revocationContract } from "../../core/revocation/store-contract.ts";
import { cli } from "../cli/run-cli.ts";
import { awsCli } from "./aws-cli.ts";
import { tableName } from "./dynamo-table.ts";
import { httpEvent } from "./events.ts";
import { createRevocationTable, withAws } from "./revocation-table.ts";
import { createAwsWorld, provenHeaders } from "./world.ts";

let dynamo: Running;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const storeOver = (
  table: string | undefined,
  call = createAwsCall(dynamoEnvironment(dynamo.url)),
) =>
  createDynamoRevocations({ call, table, region, now: Date.now, deadline: 20_000, pageSize: 40 });

/** Written by the very commands that an operator is shown. */
revocationContract(
  "DynamoDB, by dynalite",
  async () => {
    const table = await createRevocationTable(dynamo.url);
    const environment = dynamoEnvironment(dynamo.url);
    let store = storeOver(table);
    return {
      store: { read: (known) => store.read(known) },
      change: async (change) => {
        const commands = tableList(table, region).commands(change);
        await Promise.all(
          commands.map(async (command) => {
            const [aws, ...words] = shellWords(command);
            expect(aws).toBe("aws");
            await awsCli(words, environment);
          }),
        );
        return "changed";
      },
      restart: async () => {
        store = storeOver(table);
      },
    };
  },
  { bounded: false },
);

const answering = (answer: AwsAnswer) => () => Promise.resolve(answer);
const items = (count: number, expires: object = { N: "4000000000" }) =>
  Array.from({ length: count }, (_, number) => ({
    id: { S: `jti.event.${number.toString(16).padStart(16, "0")}` },
    expires,
  }));

describe("a table that does not answer as it should is no empty list", () => {
  const failing: ReadonlyArray<readonly [string, AwsAnswer, RegExp]> = [
    ["no table", error(400, "ResourceNotFoundException"), /no table t in .*REVOCATION_TABLE/],
    ["no right", error(400, "AccessDeniedException"), /allow dynamodb:Query/],
    ["another key", error(400, "ValidationException"), /another key/],
    ["throttling", error(400, "ThrottlingException"), /ThrottlingException/],
    ["a fault", error(500, "InternalServerError"), /500 InternalServerError/],
    ["no items", { status: 200, body: {} }, /without a list of items/],
  ];

  test.each(failing)("%s", async (_, answer, message) => {
    await expect(storeOver("t", answering(answer)).read()).rejects.toThrow(message);
  });

  test("no name", async () => {
    const call = vi.fn(answering({ status: 200, body: { Items: [] } }));
    await expect(storeOver(undefined, call).read()).rejects.toThrow(/REVOCATION_TABLE is not set/);
    expect(call).not.toHaveBeenCalled();
  });

  test.each([undefined, ""])(
    "no name, %j, to a function: it does not start",
    (REVOCATION_TABLE) => {
      const environment = { ...dynamoEnvironment(dynamo.url), REVOCATION_TABLE };
      expect(() => createLambdaRuntime(revoking(noNonce), environment)).toThrow(
        /REVOCATION_TABLE is not set.*name the DynamoDB table/,
      );
      expect(() => createLambdaRuntime(noNonce, environment)).not.toThrow();
    },
  );

  test("a fault is asked once more, a refusal is not", async () => {
    const call = vi
      .fn(answering({ status: 200, body: { Items: items(1) } }))
      .mockRejectedValueOnce(new Error("reset"));
    expect((await storeOver("t", call).read()).entries).toHaveLength(1);
    const refused = vi.fn(answering(error(400, "AccessDeniedException")));
    await expect(storeOver("t", refused).read()).rejects.toThrow();
    expect([call.mock.calls.length, refused.mock.calls.length]).toEqual([2, 1]);
  });

  test("a page that fails fails the list", async () => {
    const more = { Items: items(1), LastEvaluatedKey: { id: { S: "x" } } };
    const call = vi
      .fn(answering(error(500, "InternalServerError")))
      .mockResolvedValueOnce({ status: 200, body: more });
    await expect(storeOver("t", call).read()).rejects.toThrow(/InternalServerError/);
  });

  test("a table without end is read until it is too long for a list", async () => {
    const more = { Items: items(2000), LastEvaluatedKey: { id: { S: "x" } } };
    const call = vi.fn(answering({ status: 200, body: more }));
    const { entries = [] } = await storeOver("t", call).read();
    expect(entries.length).toBeGreaterThan(mostRevocations);
    expect(call.mock.calls.length).toBeLessThan(10);
  });
});

test("a table full of what is over is not read without end", async () => {
  const over = { Items: items(2000, { N: "1" }), LastEvaluatedKey: { id: { S: "x" } } };
  const call = vi.fn(answering({ status: 200, body: over }));
  await expect(storeOver("t", call).read()).rejects.toThrow(/more than 50000 items/);
  expect(call.mock.calls.length).toBeLessThan(30);
});

test("an entry whose end cannot be read has none, and one that is over long since is left out", async () => {
  const over = { N: `${Math.floor(Date.now() / 1000) - 7200}` };
  const strange = [...items(1, { S: "tomorrow" }), ...items(1, {}), ...items(1, over)];
  const call = answering({ status: 200, body: { Items: strange } });
  const { entries = [] } = await storeOver("t", call).read();
  expect(entries.map(({ until }) => until)).toEqual([8.64e12, 8.64e12]);
});

test("a function refuses whom dpop-edge revoke --apply has written, and lets in whom --lift takes back", async () => {
  const table = await createRevocationTable(dynamo.url);
  const replay = tableName();
  await createTable(dynamo.url, replay);
  const settings = revoking(noNonce);
  const environment = {
    ...dynamoEnvironment(dynamo.url),
    REPLAY_TABLE: replay,
    REVOCATION_TABLE: table,
  };
  const { revocations } = createLambdaRuntime(settings, environment);
  const world = createAwsWorld(noNonce, {
    revocations: revocations ?? createMemoryRevocations({ now: Date.now }),
  });
  const handler = createProxyHandler(settings, {
    runtime: world.runtime,
    send: async () => ({ status: 200, headers: new Headers(), body: null }),
  });
  const code = async () => {
    const headers = await provenHeaders(world);
    const { statusCode, body } = await handler(httpEvent({ headers: { ...headers } }));
    return statusCode === 200
      ? "allow"
      : JSON.parse(Buffer.from(body ?? "", "base64").toString()).code;
  };
  expect(await code()).toBe("allow");

  const options = ["--jkt", clientKey.jkt, "--table", table, "--region", region];
  const env = withAws(dynamo.url);
  // Beyond the clock of the world, too.
  const until = `${Math.floor(Date.now() / 1000) + 5 * 366 * 86_400}`;
  const revoked = await cli(["revoke", ...options, "--until", until, "--apply"], { env });
  expect([revoked.code, revoked.stdout]).toEqual([
    0,
    expect.stringMatching(/^jkt\.sha256\.\S+ {2}until /),
  ]);
  world.world.clock.seconds += 10;
  expect(await code()).toBe("token.revoked");
  const listed = await cli(["revoke", "--list", "--json", ...options.slice(2)], { env });
  expect(JSON.parse(listed.stdout).entries).toEqual([
    expect.objectContaining({ list: `${table} in ${region}` }),
  ]);

  expect((await cli(["revoke", ...options, "--lift", "--apply"], { env })).code).toBe(0);
  world.world.clock.seconds += 10;
  expect(await code()).toBe("allow");
});

function error(status: number, name: string): AwsAnswer {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}` } };
}
