import { parseArgs } from "node:util";
import { createAwsCall, type Environment } from "../../../adapters/aws/aws-call.ts";

// What of the AWS CLI `dpop-edge revoke` uses, over the HTTP API: installed as `aws` by the tests.

const operations: Readonly<Record<string, string>> = {
  "put-item": "PutItem",
  "delete-item": "DeleteItem",
  query: "Query",
};
const text = { type: "string" } as const;
const options = {
  region: text,
  "table-name": text,
  item: text,
  key: text,
  "key-condition-expression": text,
  "expression-attribute-values": text,
  output: text,
  "consistent-read": { type: "boolean" },
} as const;

/** One command; what it would print. Throws where the service refuses it. */
export async function awsCli(words: readonly string[], environment: Environment): Promise<string> {
  const [service, command = "", ...args] = words;
  const operation = operations[command];
  if (service !== "dynamodb" || operation === undefined)
    throw new Error(`no ${service} ${command}`);
  const { values } = parseArgs({ args, options });
  const call = createAwsCall(environment);
  const items: unknown[] = [];
  let after: unknown;
  do {
    const { status, body } = await call({
      service,
      region: values.region ?? environment.AWS_REGION ?? "",
      target: `DynamoDB_20120810.${operation}`,
      contentType: "application/x-amz-json-1.0",
      input: {
        TableName: values["table-name"],
        ...json("Item", values.item),
        ...json("Key", values.key),
        ...json("ExpressionAttributeValues", values["expression-attribute-values"]),
        ...(operation === "Query"
          ? {
              KeyConditionExpression: values["key-condition-expression"],
              ConsistentRead: values["consistent-read"],
              Limit: 1000,
              ...(after === undefined ? {} : { ExclusiveStartKey: after }),
            }
          : {}),
      },
      deadline: 20_000,
    });
    if (status !== 200) throw new Error(`${operation}: ${status} ${JSON.stringify(body)}`);
    if (Array.isArray(body.Items)) items.push(...body.Items);
    after = body.LastEvaluatedKey;
  } while (after !== undefined);
  return operation === "Query" ? JSON.stringify({ Items: items }) : "";
}

function json(name: string, written: string | undefined): object {
  return written === undefined ? {} : { [name]: JSON.parse(written) };
}

if (import.meta.main) {
  process.stdout.write(await awsCli(process.argv.slice(2), process.env));
}
