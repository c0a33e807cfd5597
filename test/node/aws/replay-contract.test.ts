import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable, startDynamo } from "../../../demo/aws/table.ts";
import type { Running } from "../../../demo/server.ts";
import { replayContract } from "../../core/dpop/replay-contract.ts";
import { claimOf } from "./claim.ts";
import { dynamoHarness, storeOver, tableName } from "./dynamo-table.ts";

let dynamo: Running;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

replayContract("DynamoDB, by dynalite", () => dynamoHarness(dynamo.url, 130));

test("of 1,000 copies at once exactly one is fresh, whichever instance judges", async () => {
  const table = tableName();
  await createTable(dynamo.url, table);
  const instances = Array.from({ length: 10 }, () => storeOver(dynamo.url, { table }));
  const claim = await claimOf("a");
  const asked = Array.from({ length: 100 }, () => instances.map((store) => store.claim(claim)));
  const verdicts = await Promise.all(asked.flat());
  expect(verdicts.filter((verdict) => verdict === "fresh")).toHaveLength(1);
  expect(verdicts.filter((verdict) => verdict === "replayed")).toHaveLength(999);
}, 60_000);
