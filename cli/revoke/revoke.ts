import type { Revocation, RevocationChange } from "../../src/runtime.ts";
import { compileFolder, print } from "../documents/compile-folder.ts";
import { exit, UsageError } from "../exit.ts";
import { idsOf, type Named } from "./ids.ts";
import type { OperatorsList } from "./list.ts";
import { type PageOptions, pageList } from "./page.ts";
import { tableList } from "./table.ts";
import { untilOf, untilProblem } from "./until.ts";

export interface RevokeOptions extends Named, PageOptions {
  readonly until?: string;
  readonly lift?: boolean;
  readonly list?: boolean;
  readonly apply?: boolean;
  readonly config?: string;
  readonly table?: string;
  readonly region?: readonly string[];
  readonly json?: boolean;
}

/** `dpop-edge revoke`: shuts out, lets in again, or says who is shut out. */
export async function revoke(options: RevokeOptions): Promise<number> {
  const ids = await idsOf(options);
  const change = options.list ? undefined : changeOf(ids, options);
  const lists = listsOf(options);
  if (lists === undefined) return exit.wrong;
  if (change === undefined) return await show(lists, ids, options);
  const commands = lists.flatMap((list) => list.commands(change));
  if (options.apply) for (const list of lists) await list.change(change);
  tell(change, commands, lists, options);
  return exit.ok;
}

/** @throws UsageError */
function changeOf(
  ids: readonly string[],
  { lift, until: written }: RevokeOptions,
): RevocationChange {
  if (ids.length === 0)
    throw new UsageError("Say whom: --jkt, --jti or --sub. Who is shut out already, --list tells.");
  if (lift) {
    if (written === undefined) return { revoke: [], lift: ids };
    throw new UsageError("--lift lets in at once: leave --until out.");
  }
  const now = Date.now() / 1000;
  const until = untilOf(written, now);
  const revoke = ids.map((id) => ({ id, until }));
  const problem = revoke
    .map((entry) => untilProblem(entry, now))
    .find((each) => each !== undefined);
  if (problem !== undefined) throw new UsageError(`--${problem}.`);
  return { revoke, lift: [] };
}

/** Undefined where the documents are wrong, which is then said. */
function listsOf(options: RevokeOptions): readonly OperatorsList[] | undefined {
  const { table, region = [], config, json = false } = options;
  if (table !== undefined) {
    const regions = region.length === 0 ? [undefined] : region;
    return regions.map((each) => tableList(table, each));
  }
  if (region.length > 0) throw new UsageError("--region is of a table: say --table too.");
  const compiled = compileFolder(config, undefined);
  if (compiled.ok) return [pageList(compiled.configuration, options)];
  print(compiled, json);
  return undefined;
}

function tell(
  { revoke, lift }: RevocationChange,
  commands: readonly string[],
  lists: readonly OperatorsList[],
  { apply = false, json }: RevokeOptions,
): void {
  if (json) {
    const answer = { ok: true, applied: apply, revoke, lift, commands };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  if (!apply) {
    process.stdout.write(`${commands.join("\n")}\n`);
    process.stderr.write("Nothing is done yet: run this, or say it again with --apply.\n");
    return;
  }
  const done = [...revoke.map(lineOf), ...lift.map((id) => `${id}  lifted`)];
  process.stdout.write(`${done.join("\n")}\n`);
  const where = lists.map(({ name }) => name).join(", ");
  process.stderr.write(`Written to ${where}: in force once serve.revocation.staleness is over.\n`);
}

async function show(
  lists: readonly OperatorsList[],
  ids: readonly string[],
  { json }: RevokeOptions,
): Promise<number> {
  const read = await Promise.all(
    lists.map(async (list) =>
      (await list.read())
        .filter(({ id }) => ids.length === 0 || ids.includes(id))
        .map((entry) => ({ ...entry, list: list.name })),
    ),
  );
  const entries = read.flat().toSorted((one, other) => one.until - other.until);
  if (json) process.stdout.write(`${JSON.stringify({ ok: true, entries })}\n`);
  else for (const entry of entries) process.stdout.write(`${lineOf(entry)}  ${entry.list}\n`);
  if (entries.length === 0) process.stderr.write("Nobody is shut out.\n");
  return exit.ok;
}

function lineOf({ id, until }: Revocation): string {
  const end = until > 8.64e12 ? "without end" : `until ${new Date(until * 1000).toISOString()}`;
  return `${id}  ${end}`;
}
