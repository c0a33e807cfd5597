import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createAuthorizerHandler } from "../../../adapters/aws/authorizer-handler.ts";
import { createTable, startDynamo } from "../../../demo/aws/table.ts";
import type { Running } from "../../../demo/server.ts";
import { configuration, noNonce } from "../../core/authorizer/world.ts";
import { claimOf } from "./claim.ts";
import { storeOver, tableName } from "./dynamo-table.ts";
import { restEvent } from "./events.ts";
import { type AwsWorld, createAwsWorld, provenHeaders } from "./world.ts";

let dynamo: Running;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

/** One service in two regions: the same documents and secrets, a table each. */
async function twoRegions(settings = configuration) {
  const aws = createAwsWorld(settings);
  const start = async (region: string) => {
    const table = tableName();
    await createTable(dynamo.url, table);
    const { now } = aws.runtime;
    const replay = storeOver(dynamo.url, { table, region, regional: true, now });
    const handler = createAuthorizerHandler(settings, { runtime: { ...aws.runtime, replay } });
    return async (event: unknown): Promise<Record<string, unknown>> => {
      const answer = (await handler(event)) as APIGatewayAuthorizerResult;
      return { effect: answer.policyDocument.Statement[0]?.Effect, ...answer.context };
    };
  };
  return { aws, here: await start("eu-central-1"), there: await start("us-east-1") };
}

const ask = async (aws: AwsWorld, proof: Record<string, unknown>) =>
  restEvent({ headers: await provenHeaders(aws, proof) });

test("a proof with another region's nonce is challenged, and passes nowhere twice", async () => {
  const { aws, here, there } = await twoRegions();
  const { dpopNonce: nonce } = await here(await ask(aws, {}));
  const event = await ask(aws, { nonce });

  const elsewhere = await there(event);
  expect(elsewhere).toMatchObject({
    effect: "Deny",
    code: "nonce.invalid",
    error: "use_dpop_nonce",
  });
  expect(await here(event)).toMatchObject({ effect: "Allow" });
  expect(await there(event)).toMatchObject({ code: "nonce.invalid" });
  expect(await here(event)).toMatchObject({ code: "proof.replayed" });

  // The client's retry there, with the nonce that came with the challenge.
  const retry = await ask(aws, { nonce: elsewhere.dpopNonce });
  expect(await there(retry)).toMatchObject({ effect: "Allow" });
  expect(await here(retry)).toMatchObject({ code: "nonce.invalid" });
});

test("of 40 copies over both regions at once one passes", async () => {
  const { aws, here, there } = await twoRegions();
  const { dpopNonce: nonce } = await there(await ask(aws, {}));
  const event = await ask(aws, { nonce });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => [here(event), there(event)]).flat(),
  );
  expect(answers.filter(({ effect }) => effect === "Allow")).toHaveLength(1);
});

test("a proof without a nonce is challenged even where the rule requires none", async () => {
  const { aws, here, there } = await twoRegions(noNonce);
  const event = await ask(aws, {});
  const challenge = await here(event);
  expect(challenge).toMatchObject({ effect: "Deny", error: "use_dpop_nonce" });
  expect(await there(event)).toMatchObject({ effect: "Deny" });
  const retry = await ask(aws, { nonce: challenge.dpopNonce });
  expect(await here(retry)).toMatchObject({ effect: "Allow" });
});

test("a nonce names its table: another one, in the same region too, judges nothing of it", async () => {
  const region = "eu-central-1";
  const [table, other] = [tableName(), tableName()];
  for (const each of [table, other]) await createTable(dynamo.url, each);
  const regional = true;
  const here = storeOver(dynamo.url, { table, region, regional });
  const again = storeOver(dynamo.url, { table, region, regional });
  const elsewhere = [
    storeOver(dynamo.url, { table: other, region, regional }),
    storeOver(dynamo.url, { table, region: "us-east-1", regional }),
  ];
  const claim = await claimOf("a", await here.nonceRoute?.("key"));
  for (const store of elsewhere) expect(await store.claim(claim)).toBe("elsewhere");
  expect(await here.claim(claim)).toBe("fresh");
  expect(await again.claim(claim)).toBe("replayed");
  for (const store of elsewhere) expect(await store.claim(claim)).toBe("elsewhere");
});

test("one table judges what has no nonce, and never what names another table", async () => {
  const table = tableName();
  await createTable(dynamo.url, table);
  const one = { table, region: "eu-central-1" };
  const store = storeOver(dynamo.url, one);
  expect(store.nonceRoute).toBeUndefined();
  expect(await store.claim(await claimOf("a"))).toBe("fresh");
  const routeOf = (changed: object) =>
    storeOver(dynamo.url, { ...one, regional: true, ...changed }).nonceRoute?.("key");
  expect(await store.claim(await claimOf("b", await routeOf({})))).toBe("fresh");
  const there = await routeOf({ region: "eu-central-2" });
  expect(await store.claim(await claimOf("c", there))).toBe("elsewhere");
});
