import { fileURLToPath } from "node:url";
import { freePort } from "../cli/network/free-port.ts";
import { startWorker } from "../cli/workerd/workerd.ts";
import type { Configuration, Possession } from "../src/configuration.ts";
import { isRecord } from "../src/record.ts";
import { parsed } from "./answer.ts";
import { actAsAgent, unboundToken } from "./client.ts";
import { compiled, documentsIn } from "./documents.ts";
import type { Machine } from "./issuer.ts";
import { generateKeys } from "./keys.ts";
import { openStage, type Stage } from "./stage.ts";
import type { Stops } from "./stops.ts";

/** What a client did after a switch, and how it went. */
export interface Row {
  readonly after: string;
  readonly client: string;
  readonly sent: "Bearer" | "DPoP";
  readonly status: number;
  /** `code` of a refusal, `would` of what shadow let pass; "" of neither. */
  readonly told: string;
  readonly ok: boolean;
}

const client = (client_id: string): Machine => ({
  client_id,
  client_secret: `${client_id}-secret`,
});
const shop = client("shop");
const backend = client("backend");
const late = client("late");

interface Switch {
  readonly name: string;
  readonly possession: Pick<Possession, "enforcement" | "confidentialClients">;
  /** Who has moved by then. */
  readonly moved: readonly Machine[];
  /** What each client is told; absent: nothing, it passes. */
  readonly told: Readonly<Record<string, string>>;
}

/** The four of docs/migration.md, and the day on which the late client has moved. */
const switches: readonly Switch[] = [
  {
    name: "1 watch: shadow",
    possession: { enforcement: "shadow" },
    moved: [],
    told: { shop: "token.unbound", backend: "token.unbound", late: "token.unbound" },
  },
  {
    name: "2 offer: shop moves",
    possession: { enforcement: "shadow" },
    moved: [shop],
    told: { backend: "token.unbound", late: "token.unbound" },
  },
  {
    name: "3 require, but for backend",
    possession: { enforcement: "required", confidentialClients: [backend.client_id] },
    moved: [shop],
    told: { late: "token.unbound" },
  },
  {
    name: "3 once late has moved",
    possession: { enforcement: "required", confidentialClients: [backend.client_id] },
    moved: [shop, late],
    told: {},
  },
  {
    name: "4 require, for all",
    possession: { enforcement: "required" },
    moved: [shop, late, backend],
    told: {},
  },
];

/** Plays the migration for real: an issuer, the Worker as each switch leaves it, three clients. */
export async function migrate(stops: Stops, told: (row: Row) => void): Promise<readonly Row[]> {
  const documents = documentsIn(fileURLToPath(new URL("../config", import.meta.url)));
  const machines = [shop, backend, late];
  const stage = await openStage(
    { configure: (environment) => compiled(documents, environment), machines },
    stops,
  );
  const rows: Row[] = [];
  for (const each of switches) {
    for (const row of await after(each, stage, machines)) {
      rows.push(row);
      told(row);
    }
  }
  return rows;
}

async function after(each: Switch, stage: Stage, machines: readonly Machine[]): Promise<Row[]> {
  const events: Readonly<Record<string, unknown>>[] = [];
  const worker = await startWorker({
    configuration: withPossession(stage.configuration, each.possession),
    secrets: stage.secrets,
    port: await freePort(),
    log: (line) => {
      const event = parsed(line);
      if (isRecord(event)) events.push(event);
    },
  });
  try {
    const rows: Row[] = [];
    for (const machine of machines) {
      const bound = each.moved.includes(machine);
      const status = await call(worker.url, stage, machine, bound);
      const event = await lineOf(events, machine);
      const said = String(event.code ?? event.would ?? "");
      const expected = each.told[machine.client_id] ?? "";
      const passes = each.possession.enforcement === "shadow" || expected === "";
      rows.push({
        after: each.name,
        client: machine.client_id,
        sent: bound ? "DPoP" : "Bearer",
        status,
        told: said,
        ok: said === expected && status === (passes ? 200 : 401),
      });
    }
    return rows;
  } finally {
    await worker.stop();
  }
}

function withPossession(
  configuration: Configuration,
  possession: Switch["possession"],
): Configuration {
  const rules = configuration.rules.map((rule) => ({
    ...rule,
    authenticators: rule.authenticators.map((one) =>
      one.type === "jwt" ? { ...one, possession: { ...one.possession, ...possession } } : one,
    ),
  }));
  return { ...configuration, rules };
}

/** As the client would: with a proof once it has moved, else as Bearer. */
async function call(
  edge: string,
  { issuer, origin, scope }: Stage,
  machine: Machine,
  bound: boolean,
): Promise<number> {
  const options = { issuer, resource: origin, scope };
  const url = `${edge}/api/orders`;
  if (bound) {
    const session = await actAsAgent({ ...options, keys: await generateKeys() }, machine);
    return (await session.call(url)).status;
  }
  const token = await unboundToken(options, machine);
  return (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status;
}

/** The last word of the log about a client; a line may come after its answer. */
async function lineOf(
  events: readonly Readonly<Record<string, unknown>>[],
  { client_id }: Machine,
): Promise<Readonly<Record<string, unknown>>> {
  const isTold = (event: Readonly<Record<string, unknown>>) =>
    event.client === client_id && event.code !== "nonce.missing";
  for (let tries = 0; tries < 100; tries += 1) {
    const found = events.find(isTold);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The edge logged nothing about ${client_id}.`);
}
