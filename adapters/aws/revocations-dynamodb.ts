import { isRecord } from "../../src/record.ts";
import { keptBeyond, mostRevocations, revocationPartition } from "../../src/revocation/entry.ts";
import type { Revocation, RevocationStore } from "../../src/runtime.ts";
import { type AwsAnswer, type AwsCall, errorMessage, errorName, noAnswer } from "./aws-call.ts";

export interface DynamoRevocationsOptions {
  readonly call: AwsCall;
  /** The table's name; its keys are `pk` and `id`, both text. Absent: every read throws and says so. */
  readonly table: string | undefined;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds for one attempt; 1000 unless told. */
  readonly deadline?: number;
  /** Entries of one answer; 2000 unless told, some 200 KiB: a longer answer is not read. */
  readonly pageSize?: number;
}

const attempts = 2;
/** Items that are read, those that are over and not deleted yet among them. */
const mostRead = 5 * mostRevocations;

/**
 * The list of revocations in a DynamoDB table. Nothing here writes: `dpop-edge revoke` does, with an
 * operator's rights. Throws when the table does not answer, whatever the reason.
 */
export function createDynamoRevocations(options: DynamoRevocationsOptions): RevocationStore {
  return {
    async read() {
      const entries: Revocation[] = [];
      let read = 0;
      let after: unknown;
      do {
        const { body } = await page(options, after);
        const { Items, LastEvaluatedKey } = body;
        if (!Array.isArray(Items)) throw new Error("DynamoDB answered without a list of items.");
        read += Items.length;
        if (read > mostRead) throw new Error(`The table has more than ${mostRead} items.`);
        // TTL deletes late, and what is over long since must not make the list too long.
        const over = options.now() / 1000 - keptBeyond;
        entries.push(...Items.map(revocationOf).filter(({ until }) => until > over));
        after = LastEvaluatedKey;
        // One more than can be held is enough to refuse them all.
      } while (after !== undefined && entries.length <= mostRevocations);
      return { version: "", entries };
    },
  };
}

async function page(options: DynamoRevocationsOptions, after: unknown): Promise<AwsAnswer> {
  const { call, table, region, deadline = 1000, pageSize = 2000 } = options;
  if (!table) throw new Error(tableUnnamed);
  let failure = "";
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await call({
      service: "dynamodb",
      region,
      target: "DynamoDB_20120810.Query",
      contentType: "application/x-amz-json-1.0",
      input: {
        TableName: table,
        // With what was written a moment ago.
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: revocationPartition } },
        ProjectionExpression: "id, expires",
        Limit: pageSize,
        ...(after === undefined ? {} : { ExclusiveStartKey: after }),
      },
      deadline,
    }).catch((thrown: unknown) => {
      failure = noAnswer(thrown);
    });
    if (answer?.status === 200) return answer;
    if (answer === undefined) continue;
    failure = told(answer, `${table} in ${region}`);
    if (answer.status < 500) break;
  }
  throw new Error(`DynamoDB: ${failure}`);
}

function told(answer: AwsAnswer, table: string): string {
  const name = errorName(answer);
  const reason = name.includes("Signature") ? "" : errorMessage(answer);
  const advice = advices[name];
  return `${answer.status} ${name}: ${reason}${advice ? advice(table) : table}`;
}

const advices: Readonly<Record<string, (table: string) => string>> = {
  ResourceNotFoundException: (table) =>
    `there is no table ${table}: deploy it, or name the right one in REVOCATION_TABLE`,
  AccessDeniedException: (table) =>
    `the function's role may not read ${table}: allow dynamodb:Query on that table`,
  ValidationException: (table) =>
    `${table} has another key: the list has the partition key pk and the sort key id, both of type S`,
};

const tableUnnamed =
  "REVOCATION_TABLE is not set: name the DynamoDB table of the list in the function's environment.";

/** The last second that a Date can tell. */
const lastMoment = 8.64e12;

/** Whoever wrote an entry meant to shut somebody out: one whose end cannot be read has none. */
function revocationOf(item: unknown): Revocation {
  const until = Number(attribute(item, "expires", "N"));
  return {
    id: attribute(item, "id", "S") ?? "",
    until: Number.isNaN(until) ? lastMoment : Math.min(until, lastMoment),
  };
}

function attribute(item: unknown, name: string, type: "S" | "N"): string | undefined {
  const value = isRecord(item) ? item[name] : undefined;
  const text = isRecord(value) ? value[type] : undefined;
  return typeof text === "string" ? text : undefined;
}
