import { randomBytes } from "node:crypto";
import { createAwsCall } from "../../../adapters/aws/aws-call.ts";
import {
  createDynamoReplay,
  type DynamoReplayOptions,
} from "../../../adapters/aws/replay-dynamodb.ts";
import { createTable, dynamoEnvironment, region } from "../../../demo/aws/table.ts";
import type { ReplayStore } from "../../../src/runtime.ts";
import type { ReplayHarness } from "../../core/dpop/replay-contract.ts";

export const randomOf = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
export const tableName = () => `replay-${randomBytes(8).toString("hex")}`;

/** A store over a table at `url`; everything can be set. */
export function storeOver(url: string, changed: Partial<DynamoReplayOptions>): ReplayStore {
  return createDynamoReplay({
    call: createAwsCall(dynamoEnvironment(url)),
    table: "replay",
    region,
    regional: false,
    window: 130,
    now: Date.now,
    random: randomOf,
    // A shared machine under load is slower than a region of AWS.
    deadline: 20_000,
    ...changed,
  });
}

/** For the replay contract: a table of its own, whose restart is another function instance. */
export async function dynamoHarness(url: string, window: number): Promise<ReplayHarness> {
  let now = 0;
  const table = tableName();
  await createTable(url, table);
  const start = () => storeOver(url, { table, window, now: () => now * 1000 });
  let store = start();
  return {
    store: { claim: (claim) => store.claim(claim) },
    setNow: (seconds) => {
      now = seconds;
    },
    window,
    restart: async () => {
      store = start();
    },
  };
}
