import { migrate, type Row } from "./migration.ts";
import { type Demo, perform, type Scene } from "./perform.ts";
import { keepingSignals } from "./signal.ts";
import { table } from "./table.ts";

const usage = `Usage: npm run demo:migration -- [flags]

Three clients move from Bearer tokens to DPoP while four switches are thrown, as docs/migration.md
has it: with the Worker under workerd and an OAuth issuer. Ends with 1 if anyone is refused too soon.

  --json   print one JSON object in place of the table
  --help   this

Example: npm run demo:migration
`;

const run: Demo["run"] = async (scene) => {
  scene.write("\nFrom Bearer to DPoP: three clients, four switches (docs/migration.md)\n\n");
  const rows = await keepingSignals(() => migrate(scene.stops, () => undefined));
  show(rows, scene);
  return { rows, ok: rows.every(({ ok }) => ok) };
};
process.exitCode = await perform(process.argv.slice(2), { usage, run });

function show(rows: readonly Row[], { write, paint }: Scene): void {
  const head = ["after the switch", "client", "sent", "status", "code or would", ""];
  const cells = rows.map(({ after, client, sent, status, told, ok }) => {
    const verdict = ok ? (status === 200 ? "passes" : "late") : "NOT AS IT MUST BE";
    return [after, client, sent, String(status), told, verdict];
  });
  const lines = table(head, cells, (cell, row, column) => {
    if (column !== head.length - 1) return cell;
    return paint(rows[row]?.status === 200 && rows[row]?.ok ? "green" : "red", cell);
  });
  for (const line of lines) write(`  ${line}\n`);
  const wrong = rows.filter(({ ok }) => !ok).length;
  const all =
    wrong === 0 ? "Nobody was refused who was not on the list before" : `${wrong} went wrong`;
  write(`\n  ${all}; late was in "would" for two switches before it was refused.\n`);
}
