import dynalite from "dynalite";
import { type AwsCall, createAwsCall, type Environment } from "../../adapters/aws/aws-call.ts";
import type { Running } from "../server.ts";

export const region = "eu-central-1";

/** What a function's environment says about DynamoDB at `url`; such a server knows every key. */
export function dynamoEnvironment(url: string): Environment {
  return {
    AWS_REGION: region,
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
}

/** DynamoDB as dynalite emulates it: conditional writes are exact, TTL deletes nothing. */
export async function startDynamo(): Promise<Running> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("dynalite has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a table's items are found by. */
export interface TableKeys {
  readonly AttributeDefinitions: readonly object[];
  readonly KeySchema: readonly object[];
}

/** The replay table's, as serverless.yml declares it. */
const replayKeys: TableKeys = {
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "B" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
};

/** A replay table, or what `keys` say. */
export async function createTable(
  url: string,
  name: string,
  { AttributeDefinitions, KeySchema }: TableKeys = replayKeys,
): Promise<void> {
  const call = createAwsCall(dynamoEnvironment(url));
  await ask(call, "CreateTable", {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions,
    KeySchema,
  });
  while (!(await ask(call, "DescribeTable", { TableName: name })).includes('"ACTIVE"')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function ask(call: AwsCall, operation: string, input: object): Promise<string> {
  const { status, body } = await call({
    service: "dynamodb",
    region,
    target: `DynamoDB_20120810.${operation}`,
    contentType: "application/x-amz-json-1.0",
    input,
    deadline: 10_000,
  });
  const text = JSON.stringify(body);
  if (status !== 200) throw new Error(`${operation}: ${status} ${text}`);
  return text;
}
