import { migrate, type Row } from "./migration.ts";
import { createPaint } from "./paint.ts";
import { interrupted, keepingSignals } from "./signal.ts";
import { createStops } from "./stops.ts";
import { table } from "./table.ts";

const stops = createStops();
const paint = createPaint(process.stdout.isTTY, process.env);
process.stdout.write("\nFrom Bearer to DPoP: three clients, four switches (docs/migration.md)\n\n");
try {
  const ended = await Promise.race([
    keepingSignals(() => migrate(stops, () => undefined)),
    interrupted(),
  ]);
  process.exitCode = "code" in ended ? ended.code : show(ended);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await stops.all();
}

/** 1 where something did not go as it must. */
function show(rows: readonly Row[]): number {
  const head = ["after the switch", "client", "sent", "status", "code or would", ""];
  const cells = rows.map(({ after, client, sent, status, told, ok }) => {
    const verdict = ok ? (status === 200 ? "passes" : "late") : "NOT AS IT MUST BE";
    return [after, client, sent, String(status), told, verdict];
  });
  const lines = table(head, cells, (cell, row, column) => {
    if (column !== head.length - 1) return cell;
    return paint(rows[row]?.status === 200 && rows[row]?.ok ? "green" : "red", cell);
  });
  for (const line of lines) process.stdout.write(`  ${line}\n`);
  const wrong = rows.filter(({ ok }) => !ok).length;
  const all =
    wrong === 0 ? "Nobody was refused who was not on the list before" : `${wrong} went wrong`;
  process.stdout.write(`\n  ${all}; late was in "would" for two switches before it was refused.\n`);
  return wrong === 0 ? 0 : 1;
}
