import { int, text } from "../arguments.ts";
import type { CelFunction } from "../functions.ts";
import { type Budget, CelError, CelObject, spend, typeOf } from "../value.ts";
import { instantOf, nanosecondsOf, secondsText, zoned } from "./calendar.ts";

abstract class Nanoseconds extends CelObject {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    super();
    this.nanoseconds = nanoseconds;
  }

  equals(other: CelObject): boolean {
    return this.compare(other) === 0;
  }

  compare(other: CelObject): number {
    if (!(other instanceof Nanoseconds)) throw new CelError("times compare with times");
    const far = this.nanoseconds - other.nanoseconds;
    return far < 0n ? -1 : far > 0n ? 1 : 0;
  }
}

const second = 1_000_000_000n;
/** The years 1 to 9999. */
const earliest = -62_135_596_800n * second;
const latest = 253_402_300_800n * second;

/** Since the epoch. */
export class CelTimestamp extends Nanoseconds {
  readonly type = "google.protobuf.Timestamp";

  constructor(nanoseconds: bigint) {
    if (nanoseconds < earliest || nanoseconds >= latest)
      throw new CelError("a time is outside of the years 1 to 9999");
    super(nanoseconds);
  }
}

export class CelDuration extends Nanoseconds {
  readonly type = "google.protobuf.Duration";

  constructor(nanoseconds: bigint) {
    super(int(nanoseconds));
  }
}

/** Times and durations, and their parts. */
export const times = {
  timestamp: ([a]) => {
    if (a instanceof CelTimestamp) return a;
    return new CelTimestamp(typeof a === "bigint" ? a * second : instantOf(text(a)));
  },
  duration: ([a]) => (a instanceof CelDuration ? a : new CelDuration(nanosecondsOf(text(a)))),
  getFullYear: part((date) => date.getUTCFullYear()),
  getMonth: part((date) => date.getUTCMonth()),
  getDate: part((date) => date.getUTCDate()),
  getDayOfMonth: part((date) => date.getUTCDate() - 1),
  getDayOfWeek: part((date) => date.getUTCDay()),
  getDayOfYear: part(dayOfYear),
  getHours: part(
    (date) => date.getUTCHours(),
    ({ nanoseconds }) => nanoseconds / (3600n * second),
  ),
  getMinutes: part(
    (date) => date.getUTCMinutes(),
    ({ nanoseconds }) => nanoseconds / (60n * second),
  ),
  getSeconds: part(
    (date) => date.getUTCSeconds(),
    ({ nanoseconds }) => nanoseconds / second,
  ),
  getMilliseconds: part(
    (date) => date.getUTCMilliseconds(),
    ({ nanoseconds }) => (nanoseconds % second) / 1_000_000n,
  ),
} as const satisfies Readonly<Record<string, CelFunction>>;

/** Of a time, in a zone; and of a duration, where it has that part. */
function part(
  ofTime: (date: Date) => number,
  ofDuration?: (duration: CelDuration) => bigint,
): CelFunction {
  return ([value, zone], budget) => {
    if (value instanceof CelDuration && ofDuration && zone === undefined) return ofDuration(value);
    return BigInt(ofTime(dateIn(value, zone, budget)));
  };
}

/** What its clock shows there, as if that were UTC. */
function dateIn(value: unknown, zone: unknown, budget: Budget): Date {
  if (!(value instanceof CelTimestamp))
    throw new CelError(`a time is needed, and this is of type ${typeOf(value)}`);
  const whole = value.nanoseconds / 1_000_000n;
  const floor =
    value.nanoseconds < 0n && value.nanoseconds % 1_000_000n !== 0n ? whole - 1n : whole;
  if (zone === undefined) return new Date(Number(floor));
  spend(budget, 1000);
  return zoned(Number(floor), text(zone));
}

function dayOfYear(date: Date): number {
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start.getTime()) / 86_400_000);
}

/** As `string()` writes them. */
export function timeText(value: CelTimestamp | CelDuration): string {
  if (value instanceof CelDuration) return `${secondsText(value.nanoseconds)}s`;
  const date = dateIn(value, undefined, { left: 1 });
  const fraction = ((value.nanoseconds % second) + second) % second;
  const digits = fraction === 0n ? "" : `.${`${fraction}`.padStart(9, "0").replace(/0+$/, "")}`;
  return date.toISOString().replace(/\.\d+Z$/, `${digits}Z`);
}

/** + and - of times; undefined where they do not apply. */
export function shifted(name: "+" | "-", a: unknown, b: unknown): unknown {
  if (!(a instanceof Nanoseconds && b instanceof Nanoseconds)) return undefined;
  const [x, y] = [a.nanoseconds, b.nanoseconds];
  if (name === "+") {
    if (a instanceof CelDuration && b instanceof CelDuration) return new CelDuration(x + y);
    return a instanceof CelDuration || b instanceof CelDuration
      ? new CelTimestamp(x + y)
      : undefined;
  }
  if (a instanceof CelTimestamp && b instanceof CelDuration) return new CelTimestamp(x - y);
  return a.type === b.type ? new CelDuration(x - y) : undefined;
}
