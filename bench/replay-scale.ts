import { freePort } from "../cli/network/free-port.ts";
import { bundledShard } from "./bundled-shard.ts";
import { load, percentile, wire } from "./load.ts";
import { type RawWorkerd, startRawWorkerd } from "./raw-workerd.ts";

// Several isolates and several shards in one workerd, which has one thread: what it shows is what a
// claim costs and how many ride together, not how many machines Cloudflare has.

const driver = `
import { createGenerationReplay } from "./replay-generation.ts";
import { ReplayShard as Shard } from "./replay-shard.ts";
export class ReplayShard extends Shard {
  async crash() { this.ctx.abort("the bench"); }
}
let store, route, next = 0, home, messages = 0, salt;
const counting = (namespace) => ({
  idFromName: (name) => namespace.idFromName(name),
  get: (...asked) => (messages += 1, namespace.get(...asked)),
});
export default {
  async fetch(request, env) {
    const { searchParams } = new URL(request.url);
    const number = (name) => Number(searchParams.get(name));
    if (searchParams.has("crash")) {
      await env.REPLAY.get(env.REPLAY.idFromName("shard-" + home)).crash().catch(() => {});
      return new Response("crashed");
    }
    salt ??= crypto.getRandomValues(new Uint32Array(1))[0];
    if (searchParams.has("home")) {
      home = number("home");
      store = createGenerationReplay({ namespace: counting(env.REPLAY), shards: 1024, home, window: 670, region: () => "none" });
      route = await store.nonceRoute("key");
      messages = 0;
      return new Response("ready");
    }
    if (searchParams.has("messages")) return new Response(String(messages));
    if (searchParams.has("nothing")) return new Response("nothing");
    for (let tries = 0; tries < 200; tries += 1) {
      const digest = new Uint8Array(32);
      const view = new DataView(digest.buffer);
      view.setUint32(0, salt);
      view.setUint32(4, Math.imul(next, 0x9e3779b1));
      view.setUint32(8, next++);
      const verdict = await store
        .claim({ digest, iat: Math.floor(Date.now() / 1000), jkt: "key", route })
        .catch(() => "failed");
      if (verdict === "fresh") return new Response("fresh", { status: tries === 0 ? 200 : 203 });
      if (verdict === "elsewhere") route = await store.nonceRoute("key").catch(() => route);
    }
    return new Response("refused", { status: 503 });
  },
};`;

export interface Scale {
  readonly shards: number;
  /** Claims a second, one a request. */
  readonly rate: number;
  /** Microseconds of the whole process a request with a claim, and without. */
  readonly cpu: number;
  readonly without: number;
  readonly claimsAMessage: number;
}

/** One isolate, its claims in one shard. */
export interface Riding {
  readonly connections: number;
  readonly claimsAMessage: number;
  /** Microseconds of a claim, its share of the messages included. */
  readonly cpu: number;
}

export interface AtRate {
  readonly share: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Restart {
  readonly served: number;
  /** Requests whose claim was not fresh at once: challenged or failed, then served. */
  readonly disturbed: number;
  readonly refused: number;
  /** Milliseconds of the slowest. */
  readonly slowest: number;
}

const isolates = 16;
/** Of each isolate. */
const connections = 2;
const requests = 300;

export async function measureScale(): Promise<{
  readonly riding: readonly Riding[];
  readonly scales: readonly Scale[];
  readonly latencies: readonly AtRate[];
  readonly restart: Restart;
}> {
  const ports = await Promise.all(Array.from({ length: isolates }, () => freePort()));
  const [port = 0, ...furtherPorts] = ports;
  const worker = await startRawWorkerd({
    script: await bundledShard(driver),
    replay: true,
    port,
    furtherPorts,
  });
  try {
    const riding: Riding[] = [];
    for (const connections of [1, 32, 256]) riding.push(await ride(worker, port, connections));
    const scales: Scale[] = [];
    for (const shards of [1, 4, 16]) scales.push(await scale(worker, ports, shards));
    const limit = scales[0]?.rate ?? 0;
    await get(port, "home=0");
    const latencies: AtRate[] = [];
    for (const share of [0.5, 0.9])
      latencies.push({ share, ...(await paced(ports, share * limit)) });
    return { riding, scales, latencies, restart: await restart(ports) };
  } finally {
    await worker.stop();
  }
}

async function ride(worker: RawWorkerd, port: number, connections: number): Promise<Riding> {
  await get(port, "home=0");
  const count = 2000;
  const send = async (query: string) => {
    const before = worker.cpu();
    await load(
      port,
      Array.from({ length: count }, () => wire(port, `/?${query}`)),
      connections,
    );
    return (worker.cpu() - before) / count;
  };
  await send("claim");
  const before = await messages([port]);
  const cpu = (await send("claim")) - (await send("nothing"));
  return { connections, cpu, claimsAMessage: count / ((await messages([port])) - before) };
}

async function scale(worker: RawWorkerd, ports: readonly number[], shards: number): Promise<Scale> {
  for (const [at, port] of ports.entries()) await get(port, `home=${at % shards}`);
  await everywhere(ports, "claim");
  const before = await messages(ports);
  const [idle, busy] = [await cost(worker, ports, "nothing"), await cost(worker, ports, "claim")];
  return {
    shards,
    rate: busy.rate,
    cpu: busy.cpu,
    without: idle.cpu,
    claimsAMessage: (requests * ports.length) / ((await messages(ports)) - before),
  };
}

async function cost(worker: RawWorkerd, ports: readonly number[], query: string) {
  const before = worker.cpu();
  const began = performance.now();
  const loads = await everywhere(ports, query);
  const count = loads.reduce((sum, each) => sum + each.requests, 0);
  const seconds = (performance.now() - began) / 1000;
  return { cpu: (worker.cpu() - before) / count, rate: count / seconds };
}

function everywhere(ports: readonly number[], query: string, rate?: number) {
  return Promise.all(
    ports.map((port) =>
      load(
        port,
        Array.from({ length: requests }, () => wire(port, `/?${query}`)),
        connections,
        rate,
      ),
    ),
  );
}

/** At a steady rate over all isolates, from the moment at which each request was due. */
async function paced(ports: readonly number[], rate: number) {
  const loads = await everywhere(ports, "claim", rate / ports.length);
  const taken = loads.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b);
  return { p50: percentile(taken, 0.5), p99: percentile(taken, 0.99) };
}

async function restart(ports: readonly number[]): Promise<Restart> {
  for (const port of ports) await get(port, "home=0");
  const loading = everywhere(ports, "claim");
  await new Promise((resolve) => setTimeout(resolve, 300));
  await get(ports[0] ?? 0, "crash");
  const loads = await loading;
  const count = (status: number) =>
    loads.reduce((sum, { statuses }) => sum + (statuses.get(status) ?? 0), 0);
  return {
    served: count(200) + count(203),
    disturbed: count(203),
    refused: count(503) + count(500),
    slowest: Math.max(...loads.map(({ latencies }) => latencies.at(-1) ?? 0)),
  };
}

async function messages(ports: readonly number[]): Promise<number> {
  const counts = await Promise.all(ports.map((port) => get(port, "messages")));
  return counts.reduce((sum, count) => sum + Number(count), 0);
}

async function get(port: number, query: string): Promise<string> {
  return await (await fetch(`http://127.0.0.1:${port}/?${query}`)).text();
}
