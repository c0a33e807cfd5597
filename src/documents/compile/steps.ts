import { isRecord } from "../../record.ts";
import { below, type Place, type Report } from "../report.ts";
import type { MechanismKind } from "../schema/mechanism-config.ts";
import type { Catalogue } from "./catalogue.ts";
import { readOverride } from "./override.ts";
import { type Mechanism, type Settings, settingsOf } from "./settings.ts";

/** One step of a pipeline, its mechanism found and its settings merged. */
export interface Step {
  readonly mechanism: Mechanism;
  readonly settings: Settings;
  /** Its own name, or the mechanism's. */
  readonly id: string;
  /** The principal that it creates. */
  readonly principal: string;
  readonly place: Place;
  /** Its condition, as written. */
  readonly if?: string;
}

/** The steps of a stage; `written` also when all of them are broken. */
export interface Stage {
  readonly written: boolean;
  readonly steps: readonly Step[];
}

export interface Pipeline {
  readonly authenticators: Stage;
  readonly authorizers: Stage;
  readonly finalizers: Stage;
}

const kindOf = {
  authenticator: "authenticators",
  authorizer: "authorizers",
  contextualizer: "contextualizers",
  finalizer: "finalizers",
} as const satisfies Record<string, MechanismKind>;
/** Contextualizers and authorizers mix: they are one stage. */
const stageOf = {
  authenticators: "authenticators",
  authorizers: "authorizers",
  contextualizers: "authorizers",
  finalizers: "finalizers",
} as const;
type StepKey = keyof typeof kindOf;
const stepKeys: readonly StepKey[] = ["authenticator", "authorizer", "contextualizer", "finalizer"];
const stages = ["authenticators", "authorizers", "finalizers"] as const;

/**
 * @param written the list as it stands there, for which stage a broken step belongs to
 * @param value the same as validated
 */
export function readPipeline(
  written: unknown,
  value: unknown,
  place: Place,
  catalogue: Catalogue,
  report: Report,
): Pipeline {
  const raw = Array.isArray(written) ? written : [];
  const valid = Array.isArray(value) ? value : [];
  const found: Record<(typeof stages)[number], Step[]> = {
    authenticators: [],
    authorizers: [],
    finalizers: [],
  };
  const seen = new Set<string>();
  let latest = 0;
  for (const [index, entry] of raw.entries()) {
    const spot = below(place, index);
    const key = stepKey(entry, spot, report);
    if (key === undefined) continue;
    const belongs = stageOf[kindOf[key]];
    seen.add(belongs);
    const stage = stages.indexOf(belongs);
    if (stage < latest) {
      report.problem(
        { ...below(spot, key), at: "key" },
        {
          reason: `${withArticle(key)} stands after a later stage`,
          suggestion:
            "order the steps: authenticators, then contextualizers and authorizers, then finalizers",
        },
      );
    }
    latest = Math.max(latest, stage);
    const step = readStep(valid[index], key, spot, catalogue, report);
    if (step !== undefined) found[belongs].push(step);
  }
  judgePrincipals(found.authenticators, report);
  const gathered = (stage: (typeof stages)[number]): Stage => ({
    written: seen.has(stage),
    steps: found[stage],
  });
  return {
    authenticators: gathered("authenticators"),
    authorizers: gathered("authorizers"),
    finalizers: gathered("finalizers"),
  };
}

export function readErrorSteps(
  value: unknown,
  place: Place,
  catalogue: Catalogue,
  report: Report,
): readonly Step[] {
  return (Array.isArray(value) ? value : []).flatMap((entry, index) => {
    const step = readStep(entry, "error_handler", below(place, index), catalogue, report);
    return step === undefined ? [] : [step];
  });
}

function stepKey(entry: unknown, place: Place, report: Report): StepKey | undefined {
  if (!isRecord(entry)) return undefined;
  const keys = stepKeys.filter((key) => Object.hasOwn(entry, key));
  const [only] = keys;
  if (keys.length === 1) return only;
  if (keys.length > 1 || !report.isBroken(place)) {
    report.problem(place, {
      reason: keys.length === 0 ? "a step names its mechanism" : "a step names one mechanism",
      ...(keys.length === 0 ? {} : { found: keys.join(" and ") }),
      allowed: "exactly one of authenticator, contextualizer, authorizer, finalizer",
    });
  }
  return undefined;
}

function readStep(
  entry: unknown,
  key: StepKey | "error_handler",
  place: Place,
  catalogue: Catalogue,
  report: Report,
): Step | undefined {
  if (!isRecord(entry)) return undefined;
  const name = entry[key];
  if (typeof name !== "string") return undefined;
  const kind: MechanismKind = key === "error_handler" ? "error_handlers" : kindOf[key];
  const mechanism = catalogue.find(kind, name, below(place, key), report);
  if (mechanism === undefined) return undefined;
  if (entry.principal !== undefined && key !== "authenticator") {
    report.problem(
      { ...below(place, "principal"), at: "key" },
      { reason: "only an authenticator creates a principal" },
    );
  }
  if (entry.if !== undefined && key === "authenticator") {
    report.problem(
      { ...below(place, "if"), at: "key" },
      { reason: "an authenticator has no condition: nobody is known yet whom it could be about" },
    );
  }
  return {
    mechanism,
    settings: settingsOf(mechanism, readOverride(mechanism, entry.config, place, report)),
    id: typeof entry.id === "string" ? entry.id : mechanism.id,
    principal: typeof entry.principal === "string" ? entry.principal : "default",
    place,
    ...(typeof entry.if === "string" ? { if: entry.if } : {}),
  };
}

/** Different principals would all have to be proven; taking the first would let too much pass. */
function judgePrincipals(steps: readonly Step[], report: Report): void {
  for (const step of steps) {
    if (step.principal === "default") continue;
    const alone = steps.every(({ principal }) => principal === step.principal);
    report.problem(below(step.place, "principal"), {
      reason: alone
        ? "no authenticator creates the principal default, which every rule must have"
        : "several principals in one rule are not supported here",
      suggestion: alone
        ? "remove it"
        : "leave one authenticator, and let a contextualizer or an authorizer remote ask about the other's credentials",
    });
  }
}

function withArticle(key: StepKey): string {
  return key.startsWith("a") ? `an ${key}` : `a ${key}`;
}
