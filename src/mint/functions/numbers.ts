import { Fault } from "../../decision.ts";
import { type FunctionGroup, float, wholeNumber } from "./function.ts";

/** Whole numbers, and rounding. */
export const numbers: FunctionGroup = {
  int: wholeNumber,
  int64: wholeNumber,
  atoi: wholeNumber,
  float64: float,
  add: (...values) => values.reduce<number>((sum, value) => sum + wholeNumber(value), 0),
  add1: (value) => wholeNumber(value) + 1,
  sub: (one, other) => wholeNumber(one) - wholeNumber(other),
  mul: (...values) => values.reduce<number>((product, value) => product * wholeNumber(value), 1),
  div: (one, other) => Math.trunc(wholeNumber(one) / divisor(other)),
  mod: (one, other) => wholeNumber(one) % divisor(other),
  max: (...values) => Math.max(...values.map(wholeNumber)),
  biggest: (...values) => Math.max(...values.map(wholeNumber)),
  min: (...values) => Math.min(...values.map(wholeNumber)),
  ceil: (value) => Math.ceil(float(value)),
  floor: (value) => Math.floor(float(value)),
  round(value, places) {
    const scale = 10 ** Math.min(15, Math.max(0, wholeNumber(places)));
    const scaled = float(value) * scale;
    return (Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5)) / scale;
  },
};

function divisor(value: unknown): number {
  const number = wholeNumber(value);
  if (number === 0) throw new Fault("A template divides by zero.");
  return number;
}
