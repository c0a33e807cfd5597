import { isRecord } from "../../record.ts";
import { below, type Place, type Report } from "../report.ts";
import { configSchema } from "../schema/mechanism-config.ts";
import { stepSettings } from "../schema/step-settings.ts";
import { typed, validate } from "../validate.ts";
import { reportDoubled } from "./catalogue.ts";
import type { Mechanism, Override } from "./settings.ts";
import { canonical } from "./spelling.ts";

/**
 * A step's `config` as far as it may stand there.
 * @param written the step's `config`
 * @param place the step
 */
export function readOverride(
  mechanism: Mechanism,
  written: unknown,
  place: Place,
  report: Report,
): Override | undefined {
  const schema = configSchema(mechanism.kind, mechanism.type);
  if (written === undefined || schema === undefined) return undefined;
  const spot = below(place, "config");
  const config = validate(schema, open(mechanism, written, spot, report), spot, report);
  if (config === undefined) return undefined;
  reportDoubled(config, spot, report);
  judgeNarrowed(mechanism, config, spot, report);
  return { config, place };
}

/** Without what only the mechanism may say. */
function open(mechanism: Mechanism, written: unknown, place: Place, report: Report): unknown {
  if (!isRecord(written)) return written;
  const { open, closed } = stepSettings(mechanism.kind, mechanism.type);
  const kept = Object.entries(written).filter(([key]) => {
    if (!Object.hasOwn(closed, key)) return true;
    report.problem(
      { ...below(place, key), at: "key" },
      {
        reason: `a step may not set ${key}: ${closed[key]}`,
        ...(open.length === 0 ? {} : { allowed: open.join(", ") }),
        suggestion: `write it in the mechanism ${mechanism.id}, or in a second mechanism`,
      },
    );
    return false;
  });
  return Object.fromEntries(kept);
}

/** A list of whom to trust may get shorter in a step, never longer. */
function judgeNarrowed(mechanism: Mechanism, config: unknown, place: Place, report: Report): void {
  for (const path of stepSettings(mechanism.kind, mechanism.type).narrows ?? []) {
    const wanted = listAt(config, path);
    const had = trustedBy(mechanism, path);
    for (const [index, entry] of (wanted ?? []).entries()) {
      if (had === undefined || had.includes(entry)) continue;
      report.problem(below(place, ...path, index), {
        reason: `a step may not add to ${path.join(".")}: the mechanism says who is trusted`,
        found: JSON.stringify(entry),
        ...(had.length === 0 ? {} : { allowed: had.join(", ") }),
        suggestion: `add it to the mechanism ${mechanism.id}, or write a second mechanism`,
      });
    }
  }
}

/** The mechanism's own list, or its default; absent where the mechanism leaves it to its steps. */
function trustedBy(mechanism: Mechanism, path: readonly [string, string]) {
  const schema = configSchema(mechanism.kind, mechanism.type);
  const own = schema && typed(schema, canonical(mechanism.config));
  if (!isRecord(own)) return undefined;
  // Metadata name the issuer: another one is no part of that.
  return listAt(own, path) ?? (own.metadata_endpoint === undefined ? undefined : []);
}

function listAt(value: unknown, [outer, inner]: readonly [string, string]) {
  const block = isRecord(value) ? value[outer] : undefined;
  const list = isRecord(block) ? block[inner] : undefined;
  return Array.isArray(list) ? list : undefined;
}
