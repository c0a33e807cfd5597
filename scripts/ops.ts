// Writes from ops/questions.json: the Grafana dashboards, the saved queries of the AWS template, and
// the list in docs/events.md. With --check it writes nothing, and fails when one is not as it would be.
import { readFileSync, writeFileSync } from "node:fs";
import type { Dashboard, Panel } from "@grafana/schema";
import type { CloudWatchLogsQuery } from "@grafana/schema/dist/esm/raw/composable/cloudwatch/dataquery/x/CloudWatchDataQuery_types.gen";
import type { Options as Table } from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";

interface Question {
  readonly name: string;
  readonly why: string;
  /** Workers Analytics Engine. */
  readonly sql: string;
  /** CloudWatch Logs Insights. */
  readonly insights: string;
}

const at = (file: string) => new URL(`../${file}`, import.meta.url);
const questions: readonly Question[] = JSON.parse(readFileSync(at("ops/questions.json"), "utf8"));

const files: Readonly<Record<string, string>> = {
  "ops/grafana-cloudflare.json": dashboard("dpop-edge on Cloudflare", clickhouse),
  "ops/grafana-cloudwatch.json": dashboard("dpop-edge on AWS", cloudwatch),
  "adapters/aws/saved-queries.yml": savedQueries(),
  "docs/events.md": readFileSync(at("docs/events.md"), "utf8").replace(
    /(<!-- questions -->\n)[\s\S]*?(<!-- end -->)/,
    (_, start, end) => `${start}\n${page()}\n${end}`,
  ),
};

const check = process.argv.includes("--check");
for (const [file, text] of Object.entries(files)) {
  if (!check) writeFileSync(at(file), text);
  else if (readFileSync(at(file), "utf8") !== text) {
    process.stderr.write(`${file} is not what ops/questions.json says: run npm run schema.\n`);
    process.exitCode = 1;
  }
}

type Target = (question: Question) => object;

/** Grafana's dashboard JSON, by its own types; a table a question, two in a row. */
function dashboard(title: string, target: Target): string {
  const panels = questions.map(
    (question, index): TablePanel => ({
      id: index + 1,
      type: "table",
      title: question.name,
      description: question.why,
      datasource: { uid: "$" + "{datasource}" },
      gridPos: { h: 9, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 9 },
      targets: [{ refId: "A", ...target(question) }],
      fieldConfig: { defaults: {}, overrides: [] },
      options: { frameIndex: 0, showHeader: true },
    }),
  );
  const type = target === clickhouse ? "vertamedia-clickhouse-datasource" : "cloudwatch";
  const board: Dashboard = {
    title,
    schemaVersion: 39,
    editable: true,
    tags: ["dpop-edge"],
    time: { from: "now-24h", to: "now" },
    timezone: "browser",
    refresh: "5m",
    templating: {
      list: [{ name: "datasource", type: "datasource", query: type, label: "Data source" }],
    },
    annotations: { list: [] },
    links: [],
    panels,
  };
  return `${JSON.stringify(board, null, 2)}\n`;
}

type TablePanel = Panel & { readonly options: Omit<Table, "footer"> };

/** The Altinity plugin against the Analytics Engine SQL API, as Cloudflare documents it. */
function clickhouse({ sql }: Question): object {
  return { query: sql, rawQuery: sql, format: "table", dateTimeType: "DATETIME" };
}

function cloudwatch({ insights }: Question): Omit<CloudWatchLogsQuery, "refId" | "id"> {
  return {
    queryMode: "Logs",
    expression: insights,
    region: "default",
    logGroups: [],
    statsGroups: [],
  };
}

function savedQueries(): string {
  const resources = questions.map(({ name, insights }) => {
    const id = name.replace(/[^A-Za-z]+(.)?/g, (_, next = "") => next.toUpperCase());
    return `  ${id}Query:
    Type: AWS::Logs::QueryDefinition
    Properties:
      Name: dpop-edge/${name}
      LogGroupNames: [!Ref AuthorizerLogGroup]
      QueryString: "${insights}"`;
  });
  return `# Saved queries of CloudWatch Logs Insights. Made by npm run schema from ops/questions.json.
Resources:
${resources.join("\n")}
`;
}

function page(): string {
  return questions
    .map(
      ({ name, why, sql, insights }) =>
        `### ${name}\n\n${why}\n\n\`\`\`sql\n${sql.replace(/ (FROM|WHERE|GROUP|ORDER) /g, "\n$1 ")}\n\`\`\`\n\n\`\`\`\n${insights.replaceAll(" | ", "\n| ")}\n\`\`\`\n`,
    )
    .join("\n");
}
