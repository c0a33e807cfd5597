import { Fault } from "../../decision.ts";
import { decimal } from "./decimal.ts";
import { type FunctionGroup, float, wholeNumber } from "./function.ts";

/** Whole numbers, and rounding. */
export const numbers: FunctionGroup = {
  int: wholeNumber,
  int64: wholeNumber,
  atoi: wholeNumber,
  float64: float,
  add: (...values) => values.reduce<number>((sum, value) => sum + wholeNumber(value), 0),
  add1: (value) => wholeNumber(value) + 1,
  toDecimal: (value) => {
    const digits = /^[+-]?[0-7]{1,21}$/.exec(String(value))?.[0];
    return digits === undefined ? 0 : Number.parseInt(digits, 8);
  },
  addf: (...values) => decimal("+", [0, ...values.map(float)]),
  add1f: (value) => decimal("+", [float(value), 1]),
  subf: (...values) => decimal("-", values.map(float)),
  mulf: (...values) => decimal("*", values.map(float)),
  divf: (...values) => decimal("/", values.map(float)),
  maxf: (...values) => Math.max(...values.map(float)),
  minf: (...values) => Math.min(...values.map(float)),
  sub: (one, other) => wholeNumber(one) - wholeNumber(other),
  mul: (...values) => values.reduce<number>((product, value) => product * wholeNumber(value), 1),
  div: (one, other) => Math.trunc(wholeNumber(one) / divisor(other)),
  mod: (one, other) => wholeNumber(one) % divisor(other),
  max: (...values) => Math.max(...values.map(wholeNumber)),
  biggest: (...values) => Math.max(...values.map(wholeNumber)),
  min: (...values) => Math.min(...values.map(wholeNumber)),
  ceil: (value) => Math.ceil(float(value)),
  floor: (value) => Math.floor(float(value)),
  round(value, places, from = 0.5) {
    const scale = 10 ** Math.min(15, Math.max(0, wholeNumber(places)));
    const scaled = float(value) * scale;
    const up = scaled - Math.trunc(scaled) >= float(from);
    return (up ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
  },
};

function divisor(value: unknown): number {
  const number = wholeNumber(value);
  if (number === 0) throw new Fault("A template divides by zero.");
  return number;
}
