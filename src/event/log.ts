import { BoundedMap } from "../bounded-map.ts";
import type { Configuration } from "../configuration.ts";
import type { DecisionEvent } from "../event.ts";
import type { Runtime } from "../runtime.ts";

/** What decides whether a request's event is written. */
export interface Kind {
  readonly outcome: DecisionEvent["outcome"];
  readonly code?: string | undefined;
  readonly rule?: string | undefined;
  readonly client?: string | undefined;
  /** An allow that nobody may miss: what would have been refused, what was not checked, what failed behind the edge, and who did not wait. */
  readonly noteworthy: boolean;
}

/** `build` is called only where a line is due: a flood pays for no event that nobody reads. */
export type EventLog = (kind: Kind, build: () => DecisionEvent) => void;

/** Kinds of requests told apart at once, and milliseconds in which a flood is one. */
const mostKinds = 256;
const window = 10_000;
/** Lines of one kind in a window, unless the document says otherwise. */
export const usualFold = 100;

interface Flood {
  readonly began: number;
  lines: number;
  /** Requests that no line has told of yet. */
  folded: number;
  /** The latest line. */
  event: DecisionEvent;
}

/**
 * Writes what is to be written. Allows are sampled where the document says so. Of a flood of one
 * refusal, of preflights or of a page of the edge's own the first lines of a window are written, then one each time that as many again have come;
 * `count` says how many requests a line stands for. What is left is told once the window is over, with
 * the next event of any kind, by the latest line again: nothing here keeps a timer. A log that fails
 * takes nobody down.
 */
export function createEventLog(
  settings: Configuration["events"],
  { emit, random, now }: Pick<Runtime, "emit" | "random" | "now">,
): EventLog {
  const { sampleAllowed = 1, foldAbove = usualFold } = settings ?? {};
  const floods = new BoundedMap<string, Flood>(mostKinds);
  let swept = 0;

  function safely(event: DecisionEvent): void {
    try {
      emit(event);
    } catch {
      // There is nowhere left to say so.
    }
  }

  function tell(flood: Flood): void {
    if (flood.folded === 1) safely(flood.event);
    if (flood.folded > 1) safely({ ...flood.event, count: flood.folded });
    flood.lines += flood.folded;
    flood.folded = 0;
  }

  function sweep(time: number): void {
    if (time - swept < window && time >= swept) return;
    swept = time;
    for (const [name, flood] of floods.entries()) {
      if (time - flood.began < window && time >= flood.began) continue;
      tell(flood);
      floods.delete(name);
    }
  }

  function isSampled(): boolean {
    const [drawn = 0] = new Uint32Array(random(4).buffer);
    return drawn < sampleAllowed * 2 ** 32;
  }

  function folded(name: string, time: number, build: () => DecisionEvent): void {
    const flood = floods.get(name);
    if (flood === undefined) {
      const event = build();
      const gone = floods.set(name, { began: time, lines: 1, folded: 0, event });
      if (gone !== undefined) tell(gone);
      safely(event);
      return;
    }
    flood.folded += 1;
    if (flood.lines >= foldAbove && flood.folded < flood.lines) return;
    flood.event = build();
    tell(flood);
  }

  return ({ outcome, code, rule, client, noteworthy }, build) => {
    const time = now();
    sweep(time);
    if (outcome !== "allow") folded(`${outcome} ${code} ${rule} ${client}`, time, build);
    else if (noteworthy || sampleAllowed >= 1) safely(build());
    else if (isSampled()) safely({ ...build(), count: 1 / sampleAllowed });
  };
}
