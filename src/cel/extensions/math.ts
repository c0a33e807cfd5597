import { int } from "../arguments.ts";
import type { CelFunction } from "../functions.ts";
import { CelError, compare, isList, isNumber, typeOf } from "../value.ts";

/** `ext.Math` of CEL. */
export const math = {
  "math.greatest": (values, budget) =>
    numbers(values).reduce((one, other) => (compare(other, one, budget) > 0 ? other : one)),
  "math.least": (values, budget) =>
    numbers(values).reduce((one, other) => (compare(other, one, budget) < 0 ? other : one)),
  "math.ceil": ([a]) => Math.ceil(double(a)),
  "math.floor": ([a]) => Math.floor(double(a)),
  "math.trunc": ([a]) => Math.trunc(double(a)),
  // Half away from zero.
  "math.round": ([a]) => Math.sign(double(a)) * Math.round(Math.abs(double(a))),
  "math.abs": ([a]) => (typeof a === "bigint" ? int(a < 0n ? -a : a) : Math.abs(double(a))),
  "math.sign": ([a]) =>
    typeof a === "bigint" ? (a > 0n ? 1n : a < 0n ? -1n : 0n) : Math.sign(double(a)),
  "math.sqrt": ([a]) => Math.sqrt(typeof a === "bigint" ? Number(a) : double(a)),
  "math.isNaN": ([a]) => Number.isNaN(double(a)),
  "math.isInf": ([a]) => Math.abs(double(a)) === Number.POSITIVE_INFINITY,
  "math.isFinite": ([a]) => Number.isFinite(double(a)),
  "math.bitAnd": ([a, b]) => whole(a) & whole(b),
  "math.bitOr": ([a, b]) => whole(a) | whole(b),
  "math.bitXor": ([a, b]) => whole(a) ^ whole(b),
  "math.bitNot": ([a]) => ~whole(a),
  "math.bitShiftLeft": ([a, b]) => BigInt.asIntN(64, whole(a) << bits(b)),
  // Zeros come in, also where the number is negative.
  "math.bitShiftRight": ([a, b]) => BigInt.asIntN(64, BigInt.asUintN(64, whole(a)) >> bits(b)),
} as const satisfies Readonly<Record<string, CelFunction>>;

/** What was written, or the members of the one list that was. */
function numbers(values: readonly unknown[]): readonly unknown[] {
  const [first] = values;
  const all = values.length === 1 && isList(first) ? first : values;
  if (all.length > 0 && all.every(isNumber)) return all;
  throw new CelError("numbers are needed, one at least");
}

function double(value: unknown): number {
  if (typeof value === "number") return value;
  throw new CelError(`a double is needed, and this is of type ${typeOf(value)}`);
}

function whole(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  throw new CelError(`an int is needed, and this is of type ${typeOf(value)}`);
}

function bits(value: unknown): bigint {
  const count = whole(value);
  if (count < 0n) throw new CelError("nothing is shifted by less than zero bits");
  return count > 64n ? 64n : count;
}
