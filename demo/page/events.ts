import type { DecisionEvent } from "../../src/event.ts";
import { isRecord } from "../../src/record.ts";
import { member, parsed } from "../answer.ts";
import type { Sent } from "../sent.ts";

export interface Events {
  /** The edge's event of that request; undefined where none comes in time. */
  of(sent: Sent): Promise<DecisionEvent | undefined>;
}

/** Milliseconds. */
const patience = 2000;
const most = 500;

/** The edge's log, live. Events carry no id of a request: the first that fits and is not taken is it. */
export function createEvents(): Events {
  const loose: DecisionEvent[] = [];
  const waiting = new Set<() => void>();
  new EventSource("/events").addEventListener("message", ({ data }) => {
    const event = parsed(String(data));
    if (!isEvent(event)) return;
    loose.push(event);
    if (loose.length > most) loose.shift();
    for (const look of [...waiting]) look();
  });
  return {
    of: (sent) =>
      new Promise((resolve) => {
        const end = (event: DecisionEvent | undefined) => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(event);
        };
        const look = () => {
          const at = loose.findIndex((event) => fits(event, sent));
          if (at !== -1) end(loose.splice(at, 1)[0]);
        };
        const timer = setTimeout(() => end(undefined), patience);
        waiting.add(look);
        look();
      }),
  };
}

function fits(event: DecisionEvent, { at, method, status, body }: Sent): boolean {
  const allowed = status >= 200 && status < 300;
  // Both clocks are this machine's.
  if (Date.parse(event.time) < at - 5 || event.method !== method) return false;
  if (allowed) return event.outcome === "allow";
  return event.outcome === "refuse" && event.code === member(body, "code");
}

function isEvent(value: unknown): value is DecisionEvent {
  return (
    isRecord(value) &&
    typeof value.time === "string" &&
    typeof value.outcome === "string" &&
    typeof value.method === "string"
  );
}
