import type { Claim, ReplayStore, Verdict } from "../../src/runtime.ts";
import { type AwsAnswer, type AwsCall, errorMessage, errorName, noAnswer } from "./aws-call.ts";

export interface DynamoReplayOptions {
  readonly call: AwsCall;
  /** The table's name; its partition key is `pk`, binary. Absent: every claim throws and says so. */
  readonly table: string | undefined;
  readonly region: string;
  /** There may be several tables: nonces name theirs, and a proof without a nonce is challenged. */
  readonly regional: boolean;
  /** Seconds; how far back the store remembers. */
  readonly window: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>;
  /** How often one claim is sent; 3 unless told. */
  readonly attempts?: number;
  /** Milliseconds for one attempt; 1000 unless told. */
  readonly deadline?: number;
}

/** Seconds. TTL deletes late and never early, but the clocks that judge may be behind. */
const slack = 3600;
/** Milliseconds before the second attempt; twice as much before each further one. */
const firstPause = 25;
const condition = "attribute_not_exists(pk) OR rid = :rid";

/**
 * The replay store in a DynamoDB table: one conditional write a claim, of which one of any number
 * succeeds. `rid` is random per claim, so that our own retry of a write that succeeded is not taken
 * for a replay. Throws when the table does not answer in time, whatever the reason.
 */
export function createDynamoReplay(options: DynamoReplayOptions): ReplayStore {
  const { table, region, regional, window, now, random } = options;
  let id: Promise<Uint8Array<ArrayBuffer>> | undefined;
  const here = () => {
    id ??= tableId(options).catch((fault: unknown) => {
      id = undefined;
      throw fault;
    });
    return id;
  };
  let floor = Number.NEGATIVE_INFINITY;

  /** A proof is judged where its nonce says; without one nobody could say where. */
  const isElsewhere = async (route: Uint8Array) =>
    route.length === 0 ? regional : !Buffer.from(route).equals(await here());

  return {
    judge: () => ({ mode: "dynamodb", shard: region }),

    async claim({ digest, iat, route }: Claim): Promise<Verdict> {
      if (await isElsewhere(route)) return "elsewhere";
      floor = Math.max(floor, Math.floor(now() / 1000) - window);
      if (!(iat > floor)) return "stale";
      if (!table) throw new Error(tableUnnamed);
      const rid = { B: base64(random(16)) };
      const expires = { N: String(Math.floor(iat) + window + slack) };
      return await put(options, {
        TableName: table,
        Item: { pk: { B: base64(digest) }, rid, expires },
        ConditionExpression: condition,
        ExpressionAttributeValues: { ":rid": rid },
      });
    },
    ...(regional ? { nonceRoute: here } : {}),
  };
}

/**
 * What a nonce says of its table. The name too: two stages with the same secrets may share a region,
 * and a table that replaced another knows nothing of what that one accepted.
 */
async function tableId({ region, table = "" }: DynamoReplayOptions) {
  const encoder = new TextEncoder();
  const name = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(table)));
  return encoder.encode(`${region} ${base64(name.subarray(0, 8))}`);
}

async function put(options: DynamoReplayOptions, input: object): Promise<Verdict> {
  const { call, region, attempts = 3, deadline = 1000 } = options;
  let failure = "";
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await pause(firstPause * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    const outcome = await call({
      service: "dynamodb",
      region,
      target: "DynamoDB_20120810.PutItem",
      contentType: "application/x-amz-json-1.0",
      input,
      deadline,
    }).then(
      (answer) => judged(answer, options),
      (thrown: unknown) => ({ retry: noAnswer(thrown) }),
    );
    if ("verdict" in outcome) return outcome.verdict;
    failure = outcome.retry;
  }
  throw new Error(`DynamoDB, asked ${attempts} times: ${failure}`);
}

type Outcome = { readonly verdict: Verdict } | { readonly retry: string };

/** Throws where asking again changes nothing. */
function judged(answer: AwsAnswer, { table, region }: DynamoReplayOptions): Outcome {
  if (answer.status === 200) return { verdict: "fresh" };
  const name = errorName(answer);
  if (name === "ConditionalCheckFailedException") return { verdict: "replayed" };
  const reason = errorMessage(answer);
  const advice = advices[name]?.(`${table} in ${region}`, reason);
  if (advice !== undefined) throw new Error(`DynamoDB, ${name}: ${reason}${advice}`);
  const passing = answer.status >= 500 || throttles.includes(name);
  const said = `${answer.status} ${name}`;
  if (!passing) throw new Error(`DynamoDB answered ${said}.`);
  return { retry: throttles.includes(name) ? `${said}. ${throttled}` : said };
}

const throttles = [
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "LimitExceededException",
  "TransactionConflictException",
];
const throttled =
  "The table is throttled: make it on demand (PAY_PER_REQUEST), or raise its limits.";

const advices: Readonly<Record<string, (table: string, reason: string) => string>> = {
  ResourceNotFoundException: (table) =>
    `there is no table ${table}: deploy it, or name the right one in REPLAY_TABLE.`,
  AccessDeniedException: (table) =>
    `the function's role may not write to ${table}: allow dynamodb:PutItem on that table.`,
  // It stands for all that can be wrong with a request; only some of it is a table of another key.
  ValidationException: (table, reason) =>
    reason === "" || /\bkeys?\b/i.test(reason)
      ? `${table} has another key: the replay table has the partition key pk, of type B, and no sort key.`
      : `that is about our write to ${table}, which is not asked again.`,
};

const tableUnnamed =
  "REPLAY_TABLE is not set: name the DynamoDB table of the replay store in the function's environment.";

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
