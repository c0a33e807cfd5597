import { type RunningWorker, startScript } from "../cli/workerd/workerd.ts";
import { bundledShard } from "./bundled-shard.ts";
import { median } from "./timing.ts";

/** Every script answers `?count=&at=`: so many claims, so many at a time, on one object. */
const driver = `
const bytes = (number) => {
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  for (let at = 0; at < 32; at += 4) view.setUint32(at, Math.imul(number + at, 0x9e3779b1));
  return digest;
};
export default {
  async fetch(request, env) {
    const { searchParams } = new URL(request.url);
    const [count, at, first] = ["count", "at", "first"].map((name) => Number(searchParams.get(name)));
    if (count === 0) return new Response("nothing");
    const claim = await claims(env, searchParams.get("case"));
    let next = first;
    const worker = async () => {
      while (next < first + count) {
        const number = next++;
        if ((await claim(bytes(number))) !== "fresh") throw new Error("a claim was not fresh");
      }
    };
    await Promise.all(Array.from({ length: at }, worker));
    return new Response("done");
  },
};`;

const raw = (remember: string, setup = "") => `
import { DurableObject } from "cloudflare:workers";
export class ReplayShard extends DurableObject {
  constructor(context, env) {
    super(context, env);
    ${setup}
  }
  claim(key) { ${remember} }
}
const hex = (digest) => digest.toHex?.() ?? [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
async function claims(env) {
  const stub = env.REPLAY.get(env.REPLAY.idFromName("one"));
  return (digest) => stub.claim(hex(digest));
}
${driver}`;

const rawMap = raw(
  `if (this.map.has(key)) return "replayed"; this.map.set(key, 1); return "fresh";`,
  "this.map = new Map();",
);
const rawSql = raw(
  `return this.ctx.storage.sql.exec("INSERT OR IGNORE INTO claims VALUES (?)", key).rowsWritten ? "fresh" : "replayed";`,
  `context.storage.sql.exec("CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY) WITHOUT ROWID");`,
);

const ours = `
import { createDurableReplay } from "./replay-durable.ts";
import { createGenerationReplay } from "./replay-generation.ts";
export { ReplayShard } from "./replay-shard.ts";
// One object for each mode: a durable one that has known generations wants a nonce's stamp.
async function claims(env, mode) {
  const options = { namespace: env.REPLAY, shards: 16, home: 0, window: 670, region: () => "weur" };
  const store = mode === "durable" ? createDurableReplay(options) : createGenerationReplay(
    mode === "one claim a message" ? { ...options, limit: 1000000 } : options,
  );
  const jkt = mode === "durable" ? "durable" : "key";
  const route = mode === "durable" ? new Uint8Array(0) : await store.nonceRoute(jkt);
  const iat = Math.floor(Date.now() / 1000);
  return (digest) => store.claim({ digest, iat, jkt, route });
}
${driver}`;

const rounds = 5;
const claimsARound = 8000;
/** Of the cases that write a row each, which takes longer. */
const rowsARound = 1500;
const atOnce = 64;

export interface ObjectFigures {
  /** Claims a second on one object, by what is asked. */
  readonly rates: ReadonlyMap<string, number>;
  /** Milliseconds of a request with one claim, one at a time; "none" is without a claim. */
  readonly latencies: ReadonlyMap<string, { readonly p50: number; readonly p99: number }>;
}

/** Raw objects and ours, in turn, each in its own workerd. */
export async function measureObjects(): Promise<ObjectFigures> {
  const scripts = [rawMap, rawSql, await bundledShard(ours)];
  const workers = await Promise.all(scripts.map((script) => startScript({ script, replay: true })));
  const [map, sql, shard] = workers;
  if (map === undefined || sql === undefined || shard === undefined) throw new Error("no worker");
  const cases = new Map<string, readonly [RunningWorker, string]>([
    ["raw RPC + Map", [map, ""]],
    ["generation", [shard, "generation"]],
    ["generation, one claim a message", [shard, "one claim a message"]],
    ["raw RPC + insert", [sql, ""]],
    ["durable", [shard, "durable"]],
  ]);
  try {
    return { rates: await rates(cases), latencies: await latencies(cases) };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

type Cases = ReadonlyMap<string, readonly [RunningWorker, string]>;
let claimed = 1;

async function rates(cases: Cases): Promise<Map<string, number>> {
  const samples = new Map<string, number[]>([...cases.keys()].map((name) => [name, []]));
  // One round more than is counted: the first one warms up.
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, [worker, kind]] of cases) {
      const claims = /insert|durable/.test(name) ? rowsARound : claimsARound;
      const began = performance.now();
      await ask(worker, kind, claims, atOnce);
      const rate = (claims * 1000) / (performance.now() - began);
      if (round > 0) samples.get(name)?.push(rate);
    }
  return new Map([...samples].map(([name, taken]) => [name, median(taken)]));
}

async function latencies(cases: Cases) {
  const samples = new Map<string, number[]>([["none", []]]);
  for (let call = 0; call < 1500; call += 1)
    for (const [name, [worker, kind]] of cases)
      for (const count of name === "raw RPC + Map" ? [0, 1] : [1]) {
        const began = performance.now();
        await ask(worker, kind, count, 1);
        const taken = samples.get(count === 0 ? "none" : name) ?? [];
        if (call >= 200) taken.push(performance.now() - began);
        samples.set(count === 0 ? "none" : name, taken);
      }
  return new Map(
    [...samples].map(([name, taken]) => [name, { p50: at(taken, 0.5), p99: at(taken, 0.99) }]),
  );
}

function at(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)] ?? Number.NaN;
}

async function ask(worker: RunningWorker, kind: string, count: number, at: number): Promise<void> {
  const query = new URLSearchParams({
    case: kind,
    count: `${count}`,
    at: `${at}`,
    first: `${claimed}`,
  });
  claimed += count;
  const response = await fetch(`${worker.url}/?${query}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`the bench Worker answered ${response.status}: ${text}`);
}
