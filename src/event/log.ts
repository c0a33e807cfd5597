import { BoundedMap } from "../bounded-map.ts";
import type { Configuration } from "../configuration.ts";
import type { DecisionEvent, EventSink } from "../event.ts";
import type { Runtime } from "../runtime.ts";

export interface EventLog {
  /** Whether this allow is among the sampled; the lines that are written count for the others. */
  readonly samples: () => boolean;
  readonly write: EventSink;
}

/** Kinds of refusals told apart at once, and milliseconds in which a flood is one. */
const mostKinds = 256;
const window = 10_000;
/** Lines of one kind in a window, unless the document says otherwise. */
export const usualFold = 100;

interface Kind {
  readonly began: number;
  lines: number;
  /** Requests that no line has told of yet. */
  folded: number;
  /** The latest of them. */
  event: DecisionEvent;
}

/**
 * Writes what is to be written. Allows are sampled where the document says so. Of a flood of one
 * refusal the first lines of a window are written, then one each time that as many again have come;
 * `count` says how many requests a line stands for. What is left is told once the window is over, with
 * the next event of any kind: nothing here keeps a timer. A log that fails takes nobody down.
 */
export function createEventLog(
  settings: Configuration["events"],
  { emit, random, now }: Pick<Runtime, "emit" | "random" | "now">,
): EventLog {
  const { sampleAllowed = 1, foldAbove = usualFold } = settings ?? {};
  const kinds = new BoundedMap<string, Kind>(mostKinds);
  let swept = 0;

  function safely(event: DecisionEvent): void {
    try {
      emit(event);
    } catch {
      // There is nowhere left to say so.
    }
  }

  function tell(kind: Kind): void {
    if (kind.folded === 1) safely(kind.event);
    if (kind.folded > 1) safely({ ...kind.event, count: kind.folded });
    kind.lines += kind.folded;
    kind.folded = 0;
  }

  function sweep(time: number): void {
    if (time - swept < window && time >= swept) return;
    swept = time;
    for (const [name, kind] of kinds.entries()) {
      if (time - kind.began < window && time >= kind.began) continue;
      tell(kind);
      kinds.delete(name);
    }
  }

  return {
    samples() {
      if (sampleAllowed >= 1) return true;
      const [drawn = 0] = new Uint32Array(random(4).buffer);
      return drawn < sampleAllowed * 2 ** 32;
    },
    write(event) {
      const time = now();
      sweep(time);
      if (event.outcome !== "refuse") {
        const sampled = event.outcome === "allow" && sampleAllowed < 1 && !isNoteworthy(event);
        safely(sampled ? { ...event, count: 1 / sampleAllowed } : event);
        return;
      }
      const name = `${event.code} ${event.rule} ${event.client}`;
      const kind = kinds.get(name);
      if (kind === undefined) {
        kinds.set(name, { began: time, lines: 1, folded: 0, event });
        safely(event);
        return;
      }
      kind.event = event;
      kind.folded += 1;
      if (kind.lines < foldAbove || kind.folded >= kind.lines) tell(kind);
    },
  };
}

/** An allow that nobody may miss: what would have been refused or could not be checked, and what failed behind the edge. */
export function isNoteworthy({
  would,
  revocation,
  upstream,
  fault,
}: Pick<DecisionEvent, "would" | "revocation" | "upstream" | "fault">): boolean {
  const doubtful = would !== undefined || revocation === "unchecked";
  return doubtful || upstream?.problem !== undefined || fault !== undefined;
}
