import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createTable, dynamoEnvironment } from "../../../demo/aws/table.ts";
import { root } from "../cli/run-cli.ts";
import { tables } from "./expected-tables.ts";

/** A table as serverless.yml declares it; its name. */
export async function createRevocationTable(url: string): Promise<string> {
  const name = `revocations-${randomBytes(8).toString("hex")}`;
  await createTable(url, name, tables.RevocationTable.Properties);
  return name;
}

/** An environment in which `aws` speaks to the DynamoDB at `url`. */
export function withAws(url: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "dpop-edge-aws-"));
  const script = `#!/bin/sh\nexec "${process.execPath}" "${root}test/node/aws/aws-cli.ts" "$@"\n`;
  writeFileSync(join(folder, "aws"), script);
  chmodSync(join(folder, "aws"), 0o755);
  const environment = Object.entries(dynamoEnvironment(url)).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return {
    ...Object.fromEntries(environment),
    PATH: [folder, process.env.PATH].join(delimiter),
  };
}
