import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { columnsOf } from "../../../src/event/columns.ts";
import type { DecisionEvent } from "../../../src/event.ts";

const root = new URL("../../../", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), "utf8");
const questions: ReadonlyArray<{ name: string; sql: string; insights: string }> = JSON.parse(
  read("ops/questions.json"),
);

test("dashboards, saved queries and docs/events.md are as they would be made now", async () => {
  const made = promisify(execFile)(process.execPath, ["scripts/ops.ts", "--check"], { cwd: root });
  await expect(made).resolves.toMatchObject({ stderr: "" });
});

const event = (told: Partial<DecisionEvent>): DecisionEvent => ({
  v: 1,
  time: "2026-11-25T10:30:12.250Z",
  request_id: "1",
  outcome: "allow",
  method: "GET",
  rule: "upstream:api",
  duration: 4,
  ...told,
});
const events = [
  event({ client: "web", scheme: "dpop", count: 100, upstream: { status: 200, duration: 9 } }),
  event({ client: "late", scheme: "bearer", would: "token.unbound" }),
  event({ client: "late", scheme: "bearer", upstream: { problem: "late", duration: 30_000 } }),
  event({ outcome: "refuse", code: "proof.replayed", client: "web", scheme: "dpop", count: 7 }),
  event({ outcome: "refuse", code: "proof.iat", client: "slow", clock_skew: -90 }),
  event({ outcome: "refuse", code: "nonce.missing", client: "slow" }),
];

/** Where the answer is known: what the queries find among those events, by name. */
const answers: Readonly<Record<string, readonly object[]>> = {
  "Refusals by code and client": [
    { code: "proof.replayed", client: "web", requests: 7 },
    { code: "nonce.missing", client: "slow", requests: 1 },
    { code: "proof.iat", client: "slow", requests: 1 },
  ],
  "Replays and stolen tokens by client": [{ client: "web", code: "proof.replayed", requests: 7 }],
  "Clock skew by client": [{ client: "slow", behind: -90, ahead: -90, requests: 1 }],
  "Share of Bearer by rule": [{ rule: "upstream:api", share: 2 / 102 }],
  "Bearer by client": [
    { client: "late", would: "", requests: 1 },
    { client: "late", would: "token.unbound", requests: 1 },
  ],
  "Challenge rate by client": [
    { client: "slow", rate: 0.5 },
    { client: "late", rate: 0 },
    { client: "web", rate: 0 },
  ],
  "Upstream failures by rule": [
    { rule: "upstream:api", problem: "late", requests: 1, slowest: 30_000 },
  ],
  "Requests by outcome": [
    { outcome: "allow", requests: 102, milliseconds: 4 },
    { outcome: "refuse", requests: 9, milliseconds: 4 },
  ],
};

describe("Analytics Engine's SQL, run by SQLite over the points of real events", () => {
  const store = new DatabaseSync(":memory:");
  beforeAll(() => {
    const columns = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${name}${index + 1}`);
    const names = ["index1", ...columns("blob", 15), ...columns("double", 7)];
    store.exec(`CREATE TABLE dpop_edge (timestamp, _sample_interval, ${names.join(", ")})`);
    const slots = names.map(() => "?").join(", ");
    const insert = store.prepare(`INSERT INTO dpop_edge VALUES (unixepoch() - 60, 1, ${slots})`);
    for (const one of events) {
      const { indexes, blobs, doubles } = columnsOf(one);
      insert.run(...indexes, ...blobs, ...doubles);
    }
  });

  test.each(questions)("$name", ({ name, sql }) => {
    // The two words of the dialect that SQLite does not have.
    const translated = sql
      .replace(
        /NOW\(\) - INTERVAL '(\d+)' (HOUR|DAY)/g,
        (_, n, unit) => `unixepoch() - ${n} * ${unit === "DAY" ? 86_400 : 3600}`,
      )
      .replace(/\bIF\(/g, "iif(");
    const rows = store
      .prepare(translated)
      .all()
      .map((row) => ({ ...row }));
    const order = (list: readonly object[]) => list.map((row) => JSON.stringify(row)).toSorted();
    expect(order(rows).length).toBe(answers[name]?.length);
    expect(order(rows)).toEqual(order(answers[name] ?? []));
  });
});

describe("Logs Insights", () => {
  const schema = JSON.parse(read("schema/event.schema.json"));
  const known = new Set(fieldsOf(schema, ""));

  /** The commands that the queries use; every name in them is a field of the event or one that they made. */
  test.each(questions)("$name", ({ insights }) => {
    const made = new Set<string>();
    for (const [, name = ""] of insights.matchAll(/ as (\w+)/g)) made.add(name);
    for (const command of insights.split(" | ")) {
      expect(command).toMatch(/^(fields|filter|stats|sort|limit) \S/);
      const words = command.replace(/'[^']*'/g, "").match(/[a-z_][a-z_.]*/g) ?? [];
      for (const word of words.filter((each) => !keywords.has(each)))
        expect(known.has(word) || made.has(word), `${word} in ${command}`).toBe(true);
    }
  });
});

const keywords = new Set(
  "fields filter stats sort limit by as and or in desc asc sum min max avg coalesce ispresent".split(
    " ",
  ),
);

function fieldsOf(schema: { properties?: Record<string, object> }, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => [
    `${prefix}${name}`,
    ...fieldsOf(node, `${prefix}${name}.`),
  ]);
}

describe("the dashboards", () => {
  test.each(["ops/grafana-cloudflare.json", "ops/grafana-cloudwatch.json"])("%s", (file) => {
    const board = JSON.parse(read(file));
    expect(board).toMatchObject({ schemaVersion: 39, title: expect.any(String), refresh: "5m" });
    expect(board.panels.map(({ title }: { title: string }) => title)).toEqual(
      questions.map(({ name }) => name),
    );
    const ids = board.panels.map(({ id }: { id: number }) => id);
    expect(new Set(ids).size).toBe(questions.length);
    for (const { type, gridPos, targets } of board.panels) {
      expect(type).toBe("table");
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(targets).toHaveLength(1);
    }
  });
});

describe("the alarms", () => {
  test("are on metrics that the lines make, for codes that exist", async () => {
    const { embeddedMetrics } = await import("../../../adapters/aws/embedded-metrics.ts");
    const { refusals } = await import("../../../src/decision.ts");
    const text = read("adapters/aws/alarms.yml");
    const codes = [...text.matchAll(/Name: code, Value: ([\w.]+)/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(3);
    for (const code of codes) expect(Object.keys(refusals)).toContain(code);
    const refused = embeddedMetrics(event({ outcome: "refuse", code: "internal" }), "dpop-edge");
    expect(refused).toMatchObject({
      requests: 1,
      _aws: {
        Timestamp: Date.parse("2026-11-25T10:30:12.250Z"),
        CloudWatchMetrics: [
          { Namespace: "dpop-edge", Dimensions: [["outcome"], ["outcome", "code"]] },
        ],
      },
    });
    expect(embeddedMetrics(event({ upstream: { problem: "late" } }), "x")).toMatchObject({
      upstream_failures: 1,
    });
    for (const metric of ["requests", "upstream_failures"])
      expect(text).toContain(`MetricName: ${metric}`);
  });
});
