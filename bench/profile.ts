import type { SourceMap } from "node:module";
import { here, startEdge } from "./edge.ts";
import { caseNamed } from "./ladder.ts";
import { load } from "./load.ts";
import { startOrigin } from "./origin.ts";
import { source, sourceMap } from "./source-map.ts";

/** Share of JavaScript's samples, 0 to 1. */
export interface Share {
  readonly place: string;
  readonly share: number;
}

export interface Profile {
  readonly files: readonly Share[];
  readonly functions: readonly Share[];
  readonly lines: readonly Share[];
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly callFrame: CallFrame;
    readonly hitCount?: number;
    readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
  }[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** Where JavaScript's time goes while one kind of request comes in, by file and line of the source. */
export async function profile(caseName: string, requests: number): Promise<Profile> {
  const chosen = caseNamed(caseName);
  const origin = await startOrigin();
  const { mode } = chosen;
  const edge = await startEdge({ origin, mode, clients: 50, tree: here, inspector: true });
  try {
    await edge.refreshNonces();
    const { port, inspectorPort } = edge.workerd;
    await load(port, chosen.requests(edge, requests / 2), 32);
    const ready = chosen.requests(edge, requests);
    const inspector = await attach(inspectorPort);
    await inspector.ask("Profiler.enable");
    await inspector.ask("Profiler.setSamplingInterval", { interval: 100 });
    await inspector.ask("Profiler.start");
    await load(port, ready, 32);
    const { profile: taken } = await inspector.ask<{ profile: CpuProfile }>("Profiler.stop");
    inspector.close();
    return shares(taken, sourceMap(edge.script));
  } finally {
    await edge.workerd.stop();
    origin.stop();
  }
}

/** The Chrome DevTools Protocol, one question at a time. */
async function attach(port: number | undefined) {
  const targets: unknown = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const [first]: unknown[] = Array.isArray(targets) ? targets : [];
  const socket = new WebSocket(String(Reflect.get(Object(first), "webSocketDebuggerUrl")));
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  let latest = 0;
  return {
    close: () => socket.close(),
    ask<Answer>(method: string, params: object = {}): Promise<Answer> {
      const id = ++latest;
      return new Promise((resolve) => {
        socket.addEventListener("message", ({ data }) => {
          const answer: { id?: number; result: Answer } = JSON.parse(String(data));
          if (answer.id === id) resolve(answer.result);
        });
        socket.send(JSON.stringify({ id, method, params }));
      });
    },
  };
}

function shares({ nodes }: CpuProfile, map: SourceMap): Profile {
  const files = new Map<string, number>();
  const functions = new Map<string, number>();
  const lines = new Map<string, number>();
  let all = 0;
  for (const { callFrame, hitCount = 0, positionTicks = [] } of nodes) {
    if (hitCount === 0 || callFrame.functionName === "(idle)") continue;
    all += hitCount;
    const { file, line } = placeOf(callFrame, map);
    add(files, file, hitCount);
    add(functions, `${callFrame.functionName || "(anonymous)"} ${file}:${line}`, hitCount);
    for (const tick of positionTicks) {
      const at = placeOf({ ...callFrame, lineNumber: tick.line - 1, columnNumber: 200 }, map);
      add(lines, `${at.file}:${at.line}`, tick.ticks);
    }
  }
  const sorted = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .map(([place, count]) => ({ place, share: count / all }))
      .sort((a, b) => b.share - a.share);
  return { files: sorted(files), functions: sorted(functions), lines: sorted(lines) };
}

function placeOf(frame: CallFrame, map: SourceMap): { file: string; line: number } {
  if (!frame.url.includes("worker.js")) return { file: frame.url || "the runtime", line: 0 };
  return source(map, frame.lineNumber, frame.columnNumber);
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
