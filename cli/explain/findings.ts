import { type Detail, Fault, type RefusalCode, Refused } from "../../src/decision.ts";
import { advice } from "./advice.ts";
import { type CheckId, type CheckRow, checks } from "./checks.ts";

/** How one check went. */
export type Finding = Omit<CheckRow, "expects"> &
  Detail & { readonly check: CheckId } & (
    | { readonly outcome: "passed" }
    | { readonly outcome: "failed"; readonly code: RefusalCode; readonly change: string }
    /** `why`: what it would have needed. */
    | { readonly outcome: "skipped"; readonly why: string }
  );

type Defined<Inputs extends readonly unknown[]> = {
  readonly [Index in keyof Inputs]: Exclude<Inputs[Index], undefined>;
};

/** What a check looked at, in words. */
export interface Seen extends Detail {
  /** Beside whatever was found: what a number means. */
  readonly remark?: string;
}

/** What the checks of one request came to, in their order. */
export interface Findings {
  readonly all: readonly Finding[];
  /** Whether nothing has failed so far. */
  readonly clean: () => boolean;
  /**
   * Runs one of the edge's own checks. Where one of its inputs is undefined, because an earlier
   * check failed, it is skipped. `seen` is what it looked at, in words; where that is only known
   * once it has passed, `otherwise` is what is said of a failure.
   * @returns what the check returns; undefined where it was skipped or refused
   */
  check<const Inputs extends readonly unknown[], Result>(
    id: CheckId,
    inputs: Inputs,
    run: (...inputs: Defined<Inputs>) => Result | Promise<Result>,
    seen?: Seen | ((result: Result) => Seen),
    otherwise?: Seen,
  ): Promise<Result | undefined>;
  skip(id: CheckId, why: string): void;
  /** Takes back that a check passed: it could not be known, and `why`. */
  doubt(id: CheckId, why: string): void;
  /** Takes back that a number was refused, by one of `codes`: it could not be known, and `why`. */
  excuse(id: CheckId, codes: readonly RefusalCode[], why: string): void;
}

/** @param mask applied to everything that is said */
export function createFindings(mask: (text: string) => string): Findings {
  const all: Finding[] = [];
  const masked = ({ expected, found, remark }: Seen): Detail => {
    const said = remark === undefined ? found : found ? `${found} (${remark})` : remark;
    return {
      ...(expected === undefined ? {} : { expected: mask(expected) }),
      ...(said === undefined ? {} : { found: mask(said) }),
    };
  };
  const skip = (id: CheckId, why: string) => {
    all.push({ ...rowOf(id), outcome: "skipped", why: mask(why) });
  };
  const takeBack = (at: number, finding: Finding, why: string) => {
    const { check, found } = finding;
    all[at] = { ...rowOf(check), outcome: "skipped", why: found ? `${found}; ${why}` : why };
  };
  return {
    all,
    doubt(id, why) {
      const at = all.findLastIndex(({ check }) => check === id);
      const finding = all[at];
      if (finding?.outcome === "passed") takeBack(at, finding, why);
    },
    excuse(id, codes, why) {
      const at = all.findLastIndex(({ check }) => check === id);
      const finding = all[at];
      if (finding?.outcome !== "failed" || !codes.includes(finding.code)) return;
      if (/^-?\d/.test(finding.found ?? "")) takeBack(at, finding, why);
    },
    clean: () => all.every(({ outcome }) => outcome !== "failed"),
    skip,
    async check(id, inputs, run, seen, otherwise) {
      if (!areDefined(inputs)) {
        skip(id, "an earlier check left nothing to look at");
        return undefined;
      }
      const row = rowOf(id);
      try {
        const result = await run(...inputs);
        const detail = typeof seen === "function" ? seen(result) : (seen ?? {});
        all.push({ ...row, ...masked(detail), outcome: "passed" });
        return result;
      } catch (thrown) {
        const { code, detail } = refusalOf(thrown);
        const looked = typeof seen === "object" ? seen : {};
        const said = masked({ expected: checks[id].expects, ...looked, ...otherwise, ...detail });
        all.push({ ...row, ...said, outcome: "failed", code, change: advice[code] });
        return undefined;
      }
    },
  };
}

function rowOf(id: CheckId) {
  const { step, name, clause } = checks[id];
  return { check: id, step, name, clause };
}

function refusalOf(thrown: unknown): { readonly code: RefusalCode; readonly detail: Detail } {
  if (thrown instanceof Refused) return thrown;
  // Its message is for the operator, who is reading this.
  if (thrown instanceof Fault) return { code: "internal", detail: { found: thrown.message } };
  throw thrown;
}

function areDefined<Inputs extends readonly unknown[]>(
  inputs: Inputs | Defined<Inputs>,
): inputs is Defined<Inputs> {
  return inputs.every((input) => input !== undefined);
}
