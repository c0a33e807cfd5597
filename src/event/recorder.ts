import type { Configuration } from "../configuration.ts";
import type { Runtime } from "../runtime.ts";
import type { Secrets } from "../secrets.ts";
import { type Course, eventOf } from "./build.ts";
import { type Ending, hasClientLeft } from "./ending.ts";
import { createEventLog, type Kind } from "./log.ts";
import { createPseudonyms, type Pseudonym } from "./pseudonyms.ts";

/**
 * The end of a request: emits its one event, whoever calls first. Never throws. A promise only where
 * the event has to wait: for the secret that its pseudonyms are made with, the first time.
 */
export type End = (ending?: Ending) => Promise<void> | undefined;

/** Turns what became of a request into its event, once it is over. */
export function createRecorder(
  configuration: Configuration,
  runtime: Runtime,
  secrets: Secrets,
): (course: Omit<Course, "ending">) => End {
  const log = createEventLog(configuration.events, runtime);
  const pseudonyms = createPseudonyms(configuration, secrets);
  const { replay: store, region } = runtime;

  function write(course: Course, pseudonym: Pseudonym | undefined): void {
    try {
      log(kindOf(course), () => eventOf(course, { configuration, pseudonym, store, region }));
    } catch {
      // There is nowhere left to say so; the decision stands.
    }
  }

  return (course) => {
    let ended = false;
    return (ending = {}) => {
      if (ended) return undefined;
      ended = true;
      const whole = { ...course, ending };
      const known = pseudonyms.known();
      if (known === undefined) {
        return pseudonyms.made().then(
          (pseudonym) => write(whole, pseudonym),
          () => write(whole, undefined),
        );
      }
      write(whole, known);
      return undefined;
    };
  };
}

function kindOf({ decision, trail, ending }: Course): Kind {
  const noteworthy =
    trail.would !== undefined ||
    trail.revocation === "unchecked" ||
    ending.fault !== undefined ||
    ending.upstream?.problem !== undefined ||
    hasClientLeft(ending);
  return {
    outcome: decision.kind,
    code: decision.kind === "allow" ? undefined : decision.code,
    rule: trail.rule?.id,
    client: trail.token?.clientId,
    noteworthy,
  };
}
