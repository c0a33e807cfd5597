import { createMemoryReplay } from "../../src/dpop/replay-memory.ts";
import { dateOf } from "./answer.ts";
import { pitfallsOfAll } from "./journey.ts";
import type { Pitfall } from "./pitfalls.ts";
import type { SentRequest } from "./sent-request.ts";
import { createSetting, type SettingOptions } from "./setting.ts";
import { type Explained, walk } from "./walk.ts";

export interface Judged extends Explained {
  /** Whose clock `at` is of: the server's judges, where its answer is known. */
  readonly clock: "--now" | "the answer's Date" | "the sender's clock" | "this machine's clock";
}

export interface Explanation {
  readonly requests: readonly Judged[];
  readonly pitfalls: readonly Pitfall[];
  /** Without documents defaults were taken, and some checks skipped. */
  readonly assumed: boolean;
}

export interface ExplainOptions extends Omit<SettingOptions, "now" | "timeKnown"> {
  /** Milliseconds; without it a request is judged by its answer's Date, its own time, or `clock`. */
  readonly now?: number;
  readonly clock: () => number;
}

/**
 * What the edge thinks of these requests, sent by one client in this order.
 * @throws FetchError where the JWK set is none
 */
export async function explain(
  requests: readonly SentRequest[],
  { now, clock, ...options }: ExplainOptions,
): Promise<Explanation> {
  let current = now ?? clock();
  let known = false;
  const setting = createSetting({ ...options, now: () => current, timeKnown: () => known });
  const replay = createMemoryReplay({
    now: () => current,
    window: setting.configuration.replay.window,
  });
  const explained: Judged[] = [];
  for (const request of requests) {
    const told = timeOf(request, now);
    const time = told ?? { at: clock(), clock: "this machine's clock" };
    current = time.at;
    known = told !== undefined;
    explained.push({ ...(await walk(request, setting, replay)), clock: time.clock });
  }
  return { requests: explained, pitfalls: pitfallsOfAll(explained), assumed: setting.assumed };
}

function timeOf(
  { answer, sentAt }: SentRequest,
  now: number | undefined,
): Pick<Judged, "at" | "clock"> | undefined {
  if (now !== undefined) return { at: now, clock: "--now" };
  const date = answer && dateOf(answer);
  if (date !== undefined) return { at: date, clock: "the answer's Date" };
  return sentAt === undefined ? undefined : { at: sentAt, clock: "the sender's clock" };
}
