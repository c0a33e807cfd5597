import { UsageError } from "../exit.ts";
import type { KeySet } from "./key-set.ts";
import { type Plan, plan, type Standing, type Step, steps } from "./plan.ts";
import type { Rotation } from "./record.ts";
import type { Subject } from "./subject.ts";

/**
 * Which key follows which; undefined where nothing is under way and nothing is asked for.
 * @param kid the new key's id, as asked
 * @throws UsageError where it cannot be made out
 */
export function rotationOf(
  known: Rotation | undefined,
  { selects }: Pick<Subject, "selects">,
  { kids }: Pick<KeySet, "kids">,
  kid: string | undefined,
): Rotation | undefined {
  if (known !== undefined) {
    if (kid === undefined || kid === known.to) return known;
    throw new UsageError(
      `The rotation to ${known.to} is under way: it ends first. Leave --kid out to go on with it.`,
    );
  }
  if (kid !== undefined && !/^[\w.-]{1,100}$/.test(kid)) {
    throw new UsageError("A new key's id is made of letters, digits, dots, - and _.");
  }
  const [first, ...more] = kids;
  if (more.length === 0 && (kid === undefined || kid === first)) return undefined;
  const others = kids.filter((each) => each !== kid);
  const selected = selects.find((each) => each !== undefined && others.includes(each));
  const from = selected ?? (others.length === 1 ? others[0] : undefined);
  const to = kid ?? (kids.length === 2 ? others.find((each) => each !== from) : undefined);
  if (from !== undefined && to !== undefined) return { from, to, done: {} };
  throw new UsageError(
    `The set holds ${kids.join(", ")}: say with --kid which is the new key, and in the documents which is the present one.`,
  );
}

/**
 * The plan once somebody says that the step that was told is done.
 * @throws UsageError where that can be seen, and is not so
 */
export function believed(standing: Standing, before: Plan): Plan {
  const { next } = before;
  if (!isStep(next.do)) throw new UsageError("No step was told that could be done.");
  if (!before.unseen.includes(next.do)) {
    throw new UsageError(
      "What the deployment shows says otherwise: without --done this command tells what is missing.",
    );
  }
  if (next.do === "add" && !standing.here.holds.includes(standing.to)) {
    throw new UsageError(`The secrets file has no ${standing.to} yet: write the set there first.`);
  }
  const done = { ...before.done, [next.do]: standing.now };
  return plan({ ...standing, before: { done } });
}

export function isStep(word: string): word is Step {
  return steps.some((step) => step === word);
}
