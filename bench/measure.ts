import { type Edge, here, type Mode, startEdge, startPassThrough } from "./edge.ts";
import { type Case, calls, ladder, proven, refusals } from "./ladder.ts";
import { type Load, load, percentile } from "./load.ts";
import { type Origin, startOrigin } from "./origin.ts";
import type { RawWorkerd } from "./raw-workerd.ts";
import { median } from "./timing.ts";

/** One kind of request on one commit: medians of the rounds. */
export interface Figures {
  readonly name: string;
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of the workerd process a request. */
  readonly cpu: number;
  /** That, beside the pass-through Worker's in the same round. */
  readonly beside: number;
  /** MiB, at the end. */
  readonly memory: number;
}

export interface Measured {
  readonly passThrough: Figures;
  /** By the name of the commit. */
  readonly edges: ReadonlyMap<string, readonly Figures[]>;
  /** Milliseconds that one request at a time takes: the pass-through Worker, then each commit. */
  readonly alone: ReadonlyMap<string, number>;
}

export interface Extent {
  readonly rounds: number;
  /** Requests a case and round. */
  readonly requests: number;
  readonly clients: number;
  readonly connections: number;
}

/** What each of a round's runs came to. */
export interface Sample extends Load {
  readonly cpu: number;
}

/** Every case of every commit in every round, so that drift hits all alike. */
export async function measure(trees: ReadonlyMap<string, URL>, extent: Extent): Promise<Measured> {
  const origin = await startOrigin();
  const passThrough = await startPassThrough(origin);
  const edges = new Map<string, Readonly<Record<Mode, Edge>>>();
  try {
    for (const [name, tree] of trees)
      edges.set(name, await bothModes(origin, tree, extent.clients));
    return await rounds(passThrough, edges, extent);
  } finally {
    const started = [...edges.values()].flatMap((modes) => [modes.generation, modes.durable]);
    await Promise.all([passThrough.stop(), ...started.map((edge) => edge.workerd.stop())]);
    origin.stop();
  }
}

async function bothModes(origin: Origin, tree: URL, clients: number) {
  const generation = await startEdge({ origin, tree, clients, mode: "generation" });
  const durable = await startEdge({ origin, tree, clients, mode: "durable" });
  return { generation, durable };
}

async function rounds(
  passThrough: RawWorkerd,
  edges: ReadonlyMap<string, Readonly<Record<Mode, Edge>>>,
  extent: Extent,
): Promise<Measured> {
  // What the edge is sent, as long as it is: the fields cost on their way as well.
  const plain = (count: number) => {
    const [first] = edges.values();
    return first === undefined ? [] : proven("/full/x")(first.generation, count);
  };
  const yardstick: Sample[] = [];
  const samples = new Map([...edges.keys()].map((name) => [name, new Map<Case, Sample[]>()]));
  const alone = new Map<string, number[]>();
  // One round more than is counted: the first one warms up.
  for (let round = 0; round <= extent.rounds; round += 1) {
    const before = await run(passThrough, plain(extent.requests), 200, extent.connections);
    if (round > 0) yardstick.push(before);
    for (const each of [...ladder, ...refusals, ...calls])
      for (const [name, modes] of edges) {
        const edge = modes[each.mode];
        if (calls.includes(each) && !edge.readsMessages) continue;
        // An object that was idle for ten seconds is another one now, and challenges.
        await edge.refreshNonces();
        const requests = each.requests(edge, extent.requests);
        const sample = await run(edge.workerd, requests, each.status, extent.connections).catch(
          (fault: unknown) => {
            throw new Error(`${name}, ${each.name}`, { cause: fault });
          },
        );
        if (round > 0) append(samples.get(name), each, sample);
      }
    const few = Math.ceil(extent.requests / 8);
    const lonely = await run(passThrough, plain(few), 200, 1);
    if (round > 0) append(alone, "pass-through Worker", percentile(lonely.latencies, 0.5));
    for (const [name, { generation }] of edges) {
      const full = ladder.find((each) => each.name === "+ replay, generation");
      if (full === undefined) continue;
      await generation.refreshNonces();
      const sample = await run(generation.workerd, full.requests(generation, few), 200, 1);
      if (round > 0) append(alone, name, percentile(sample.latencies, 0.5));
    }
  }
  const measured = new Map<string, readonly Figures[]>();
  for (const [name, modes] of edges)
    measured.set(
      name,
      [...(samples.get(name) ?? [])].map(([each, taken]) =>
        figures(each.name, taken, yardstick, modes[each.mode].workerd.memory()),
      ),
    );
  return {
    passThrough: figures("pass-through Worker", yardstick, yardstick, passThrough.memory()),
    edges: measured,
    alone: new Map([...alone].map(([name, taken]) => [name, median(taken)])),
  };
}

/** `status`: what every answer must be; a bench of refusals by mistake would look splendid. */
export async function run(
  workerd: RawWorkerd,
  requests: readonly Buffer[],
  status: number,
  connections: number,
): Promise<Sample> {
  const before = workerd.cpu();
  const sample = await load(workerd.port, requests, connections);
  const cpu = (workerd.cpu() - before) / sample.requests;
  const others = [...sample.statuses].filter(([answered]) => answered !== status);
  if (others.length > 0) throw new Error(`answers other than ${status}: ${JSON.stringify(others)}`);
  return { ...sample, cpu };
}

function figures(
  name: string,
  samples: readonly Sample[],
  yardstick: readonly Sample[],
  memory: number,
): Figures {
  const of = (value: (sample: Sample, round: number) => number) => median(samples.map(value));
  return {
    name,
    rate: of(({ requests, seconds }) => requests / seconds),
    p50: of(({ latencies }) => percentile(latencies, 0.5)),
    p99: of(({ latencies }) => percentile(latencies, 0.99)),
    cpu: of(({ cpu }) => cpu),
    beside: of(({ cpu }, round) => cpu / (yardstick[round]?.cpu ?? Number.NaN)),
    memory,
  };
}

function append<K, V>(map: Map<K, V[]> | undefined, key: K, value: V): void {
  const known = map?.get(key);
  if (known !== undefined) known.push(value);
  else map?.set(key, [value]);
}

/** This checkout alone. */
export const justHere: ReadonlyMap<string, URL> = new Map([["here", here]]);
