import type { Configuration } from "../configuration.ts";
import type { Runtime } from "../runtime.ts";
import type { Secrets } from "../secrets.ts";
import { type Course, eventOf } from "./build.ts";
import type { Ending } from "./ending.ts";
import { createEventLog } from "./log.ts";
import { createPseudonyms } from "./pseudonyms.ts";

/** The end of a request: emits its one event, whoever calls first. Never throws. */
export type End = (ending?: Ending) => Promise<void>;

/** Turns what became of a request into its event, once it is over. */
export function createRecorder(
  configuration: Configuration,
  runtime: Runtime,
  secrets: Secrets,
): (course: Omit<Course, "ending">) => End {
  const log = createEventLog(configuration.events, runtime);
  const pseudonyms = createPseudonyms(configuration, secrets);
  const { replay: store, region } = runtime;
  return (course) => {
    let ended = false;
    return async (ending = {}) => {
      if (ended) return;
      ended = true;
      // Nothing is built for an allow that is not among the sampled.
      const { would, revocation } = course.trail;
      const notable = course.decision.kind !== "allow" || would || revocation === "unchecked";
      const failed = ending.fault !== undefined || ending.upstream?.problem !== undefined;
      if (!notable && !failed && !log.samples()) return;
      const pseudonym = await pseudonyms().catch(() => undefined);
      try {
        log.write(eventOf({ ...course, ending }, { configuration, pseudonym, store, region }));
      } catch {
        // There is nowhere left to say so; the decision stands.
      }
    };
  };
}
