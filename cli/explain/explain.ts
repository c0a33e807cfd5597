import { createMemoryReplay } from "../../src/dpop/replay-memory.ts";
import { dateOf } from "./answer.ts";
import { pitfallsOfAll } from "./journey.ts";
import type { Pitfall } from "./pitfalls.ts";
import type { SentRequest } from "./sent-request.ts";
import { createSetting, type SettingOptions } from "./setting.ts";
import { type Explained, walk } from "./walk.ts";

export interface Explanation {
  readonly requests: readonly Explained[];
  readonly pitfalls: readonly Pitfall[];
  /** Without documents defaults were taken, and some checks skipped. */
  readonly assumed: boolean;
}

export interface ExplainOptions extends Omit<SettingOptions, "now"> {
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
  const setting = createSetting({ ...options, now: () => current });
  const replay = createMemoryReplay({
    now: () => current,
    window: setting.configuration.replay.window,
  });
  const explained: Explained[] = [];
  for (const request of requests) {
    current = now ?? timeOf(request) ?? clock();
    explained.push(await walk(request, setting, replay));
  }
  return { requests: explained, pitfalls: pitfallsOfAll(explained), assumed: setting.assumed };
}

/** The server's clock is the one that judges. */
function timeOf({ answer, sentAt }: SentRequest): number | undefined {
  return (answer && dateOf(answer)) ?? sentAt;
}
