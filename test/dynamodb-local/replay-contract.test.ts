import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable } from "../../demo/aws/table.ts";
import type { Running } from "../../demo/server.ts";
import { replayContract } from "../core/dpop/replay-contract.ts";
import { claimOf } from "../node/aws/claim.ts";
import { dynamoHarness, storeOver, tableName } from "../node/aws/dynamo-table.ts";
import { startDynamoLocal } from "./dynamodb-local.ts";

let dynamo: Running;
beforeAll(async () => {
  dynamo = await startDynamoLocal();
});
afterAll(() => dynamo.stop());

replayContract("DynamoDB Local", () => dynamoHarness(dynamo.url, 130));

test("of 1,000 copies at once exactly one is fresh, five times over", async () => {
  const table = tableName();
  await createTable(dynamo.url, table);
  for (let round = 0; round < 5; round += 1) {
    const instances = Array.from({ length: 10 }, () => storeOver(dynamo.url, { table }));
    const claim = await claimOf(`round ${round}`);
    const asked = Array.from({ length: 100 }, () => instances.map((store) => store.claim(claim)));
    const verdicts = await Promise.all(asked.flat());
    expect(verdicts.filter((verdict) => verdict === "fresh")).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict === "replayed")).toHaveLength(999);
  }
});

test("a table that is not there is told from a claim", async () => {
  const missing = storeOver(dynamo.url, { table: "nothing" });
  await expect(missing.claim(await claimOf("a"))).rejects.toThrow(
    "name the right one in REPLAY_TABLE",
  );
});
