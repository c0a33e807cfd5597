import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { isJsonObject, type JsonValue, parseJson } from "../../src/jws/json.ts";
import { keptBeyond, mostRevocations, revocationPartition } from "../../src/revocation/entry.ts";
import type { Revocation, RevocationChange } from "../../src/runtime.ts";
import { UnansweredError, UsageError } from "../exit.ts";
import { type OperatorsList, typed } from "./list.ts";

/** The list of the functions of one region, written by the AWS CLI with its own rights. */
export function tableList(table: string, region: string | undefined): OperatorsList {
  const common = [...(region === undefined ? [] : ["--region", region]), "--table-name", table];

  const wordsOf = ({ revoke, lift }: RevocationChange): string[][] => [
    ...lift.map((id) => ["delete-item", ...common, "--key", JSON.stringify(keyOf(id))]),
    ...revoke.map(({ id, until }) => [
      ...["put-item", ...common, "--item"],
      JSON.stringify({ ...keyOf(id), expires: { N: `${until}` } }),
    ]),
  ];

  async function endingAfter(moment: number): Promise<readonly Revocation[]> {
    const answer = parseJson(
      await aws([
        ...["query", ...common, "--consistent-read", "--output", "json"],
        ...["--key-condition-expression", "pk = :pk"],
        ...["--expression-attribute-values", JSON.stringify({ ":pk": { S: revocationPartition } })],
      ]),
    );
    if (!isJsonObject(answer) || !Array.isArray(answer.Items))
      throw new UnansweredError("aws dynamodb query printed no items.");
    return answer.Items.flatMap(revocationOf).filter(({ until }) => until > moment);
  }

  return {
    name: region === undefined ? table : `${table} in ${region}`,
    commands: (change) => wordsOf(change).map((words) => typed("aws", "dynamodb", ...words)),
    async change(change) {
      // Those that the functions count.
      const kept = await endingAfter(Date.now() / 1000 - keptBeyond);
      const held = new Set(kept.map(({ id }) => id));
      for (const id of change.lift) held.delete(id);
      for (const { id } of change.revoke) held.add(id);
      // A list that cannot be held is none: everybody would be refused, or pass.
      if (held.size > mostRevocations)
        throw new UsageError(`${table} holds ${mostRevocations} entries at most: lift some first.`);
      for (const words of wordsOf(change)) await aws(words);
    },
    read: () => endingAfter(Date.now() / 1000),
  };
}

const keyOf = (id: string) => ({ pk: { S: revocationPartition }, id: { S: id } });

function revocationOf(item: JsonValue): Revocation[] {
  if (!isJsonObject(item) || !isJsonObject(item.id)) return [];
  const { S: id } = item.id;
  const until = isJsonObject(item.expires) ? Number(item.expires.N) : Number.NaN;
  // One whose end cannot be read has none: so the functions count it.
  return typeof id === "string"
    ? [{ id, until: Number.isNaN(until) ? Number.MAX_SAFE_INTEGER : until }]
    : [];
}

/** What it prints; what it says of an error goes to stderr as it is. */
async function aws(words: readonly string[]): Promise<string> {
  const child = spawn("aws", ["dynamodb", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, AWS_PAGER: "" },
  });
  const closed = once(child, "close").catch(() => {
    throw new UsageError(
      "aws cannot be started: install the AWS CLI, or run the command elsewhere.",
    );
  });
  const [said, [code]] = await Promise.all([text(child.stdout), closed]);
  if (code === 0) return said;
  throw new UnansweredError(
    `${typed("aws", "dynamodb", words[0] ?? "")} ended with ${code}: nothing is certain to have changed.`,
  );
}
