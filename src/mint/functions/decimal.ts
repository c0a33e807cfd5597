import { Fault } from "../../decision.ts";

/** `digits` times ten to the power of `-places`. */
interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** As sprig's floats: 0.1 and 0.2 are 0.3. Throws a Fault for a division by zero. */
export function decimal(name: "+" | "-" | "*" | "/", values: readonly number[]): number {
  const [first = 0, ...others] = values;
  const { digits, places } = others
    .map(read)
    .reduce((one, other) => operated(name, one, other), read(first));
  return Number(`${digits}e${-places}`);
}

function operated(name: "+" | "-" | "*" | "/", one: Decimal, other: Decimal): Decimal {
  const places = Math.max(one.places, other.places);
  const [left, right] = [scaled(one, places), scaled(other, places)];
  switch (name) {
    case "+":
      return { digits: left + right, places };
    case "-":
      return { digits: left - right, places };
    case "*":
      return { digits: one.digits * other.digits, places: one.places + other.places };
    case "/":
      return divided(left, right);
  }
}

function read(value: number): Decimal {
  const [, digits = "0", fraction = "", power = "0"] =
    /^(-?\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value)) ?? [];
  const places = fraction.length - Number(power);
  const whole = BigInt(digits + fraction);
  return places < 0
    ? { digits: whole * 10n ** BigInt(-places), places: 0 }
    : { digits: whole, places };
}

function scaled({ digits, places }: Decimal, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - places);
}

/** To sixteen places, half away from zero. */
function divided(one: bigint, other: bigint): Decimal {
  if (other === 0n) throw new Fault("A template divides by zero.");
  const twice = (one * 2n * 10n ** 16n) / other;
  return { digits: (twice + (twice < 0n ? -1n : 1n)) / 2n, places: 16 };
}
