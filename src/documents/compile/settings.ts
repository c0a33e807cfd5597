import type { z } from "zod";
import { isRecord } from "../../record.ts";
import type { Path } from "../problem.ts";
import { below, type Place, type Report } from "../report.ts";
import type { MechanismKind } from "../schema/mechanism-config.ts";
import { typed, validate } from "../validate.ts";
import { canonical, writtenPath } from "./spelling.ts";

/** A mechanism as one document declares it. */
export interface Mechanism {
  readonly kind: MechanismKind;
  readonly type: string;
  readonly id: string;
  /** As written, less what was wrong. */
  readonly config: unknown;
  readonly place: Place;
}

/** What a step changes: its own `config`, as written, less what was wrong. */
export interface Override {
  readonly config: unknown;
  readonly place: Place;
}

/** A mechanism's config with a step's merged over it; defaults come in when it is read, once. */
export interface Settings {
  read<T>(schema: z.ZodType<T>, report: Report): T | undefined;
  /** Where a setting stands: in the step if the step has it, else in the mechanism. */
  place(...path: Path): Place;
}

export function settingsOf(mechanism: Mechanism, override?: Override): Settings {
  const base = canonical(mechanism.config);
  const own = canonical(override?.config);
  const merged = merge(base, own);
  const place = (...path: Path) => {
    const source = override !== undefined && has(own, path) ? override : mechanism;
    const written = writtenPath(source.config, path);
    return below(source.place, "config", ...written);
  };
  return {
    place,
    read(schema, report) {
      const value = typed(schema, merged);
      if (value === undefined && !report.isBroken(place())) {
        validate(schema, merged, place(), report);
      }
      return value;
    },
  };
}

/** Key by key; lists and texts are replaced as a whole. */
export function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isRecord(base) || !isRecord(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    merged[key] = Object.hasOwn(base, key) ? merge(base[key], value) : value;
  }
  return merged;
}

function has(value: unknown, path: Path): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return value !== undefined;
  if (Array.isArray(value)) return typeof first === "number" && has(value[first], rest);
  return isRecord(value) && Object.hasOwn(value, first) && has(value[first], rest);
}
