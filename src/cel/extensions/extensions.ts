import { type CelFunction, functions } from "../functions.ts";
import { bytes, CelBytes, concatenated, decoded } from "./bytes.ts";
import { format } from "./format.ts";
import { lists } from "./lists.ts";
import { math } from "./math.ts";
import { CelDuration, CelTimestamp, shifted, times, timeText } from "./times.ts";

/** The functions of CEL's extensions: what calls none of them needs none of this. */
export const extensions = { ...bytes, ...format, ...lists, ...math, ...times };

const second = 1_000_000_000n;

/** All functions there are; those that are always there take the values of extensions too. */
export const extended: Readonly<Record<string, CelFunction>> = {
  ...functions,
  ...extensions,
  "+": (values, budget) => {
    const [a, b] = values;
    if (a instanceof CelBytes && b instanceof CelBytes) return concatenated(a, b, budget);
    return shifted("+", a, b) ?? functions["+"](values, budget);
  },
  "-": (values) => shifted("-", values[0], values[1]) ?? functions["-"](values),
  size: (values, budget) => {
    const [a] = values;
    return a instanceof CelBytes ? BigInt(a.bytes.length) : functions.size(values, budget);
  },
  string: (values) => {
    const [a] = values;
    if (a instanceof CelBytes) return decoded(a);
    return a instanceof CelTimestamp || a instanceof CelDuration
      ? timeText(a)
      : functions.string(values);
  },
  int: (values) => {
    const [a] = values;
    if (!(a instanceof CelTimestamp)) return functions.int(values);
    // Seconds, rounded down.
    return a.nanoseconds / second - (a.nanoseconds % second < 0n ? 1n : 0n);
  },
};
