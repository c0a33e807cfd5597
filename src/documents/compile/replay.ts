import type { Configuration } from "../../configuration.ts";
import { below, type Place } from "../report.ts";
import { replay } from "../schema/mechanisms.ts";
import { typed } from "../validate.ts";
import type { Context } from "./context.ts";

type Mode = Configuration["replay"]["mode"];

/** Seconds that are remembered beyond the longest that a proof of any rule could be accepted. */
const slack = 60;

/**
 * @param value `replay` as validated
 * @param reach the longest max_age + leeway of any rule, in seconds
 */
export function compileReplay(
  value: unknown,
  place: Place,
  context: Context,
  reach: number,
): Configuration["replay"] {
  const { mode, shards, regions } = typed(replay, value ?? {}) ?? replay.parse({});
  return {
    mode: modeOf(mode, place, context),
    shards,
    regions,
    window: Math.ceil(reach) + slack,
  };
}

function modeOf(
  written: Mode | undefined,
  place: Place,
  { hasMasterKey, report, target }: Context,
): Mode {
  if (target === "aws") {
    if (written !== undefined)
      report.note(below(place, "mode"), "means nothing on AWS: DynamoDB remembers proofs");
    return "durable";
  }
  if (hasMasterKey || written === "durable") return written ?? "generation";
  if (written === "generation") {
    report.problem(below(place, "mode"), {
      reason: "generation needs a master_key: it may challenge at any time",
      suggestion: "add master_key, or write mode: durable",
    });
  } else if (target === "cloudflare") {
    report.note(
      place,
      "proofs are remembered on disk, a row each (durable): generation needs a master_key. " +
        "Before you add one to what is deployed, write mode: durable; see docs/replay.md",
    );
  }
  return "durable";
}
