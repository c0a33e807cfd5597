import type { Configuration, Limits } from "../../configuration.ts";
import { isLoopback } from "../../loopback.ts";
import { isRecord } from "../../record.ts";
import { below, type Place, type Report } from "../report.ts";
import { serve } from "../schema/mechanisms.ts";
import { typed } from "../validate.ts";
import type { Target } from "./context.ts";
import { compileCors } from "./cors.ts";

type Served = Pick<
  Configuration,
  | "publicOrigins"
  | "basePath"
  | "upstreamTimeout"
  | "endStreamsWithToken"
  | "limits"
  | "cors"
  | "events"
>;

/** @param value `serve` as validated */
export function compileServe(
  value: unknown,
  place: Place,
  report: Report,
  target: Target | undefined,
): Served {
  const settings = typed(serve, value ?? {}) ?? serve.parse({});
  const written = settings.public_origin ?? [];
  const origins = typeof written === "string" ? [written] : written;
  for (const [index, origin] of origins.entries()) {
    const spot = below(place, "public_origin", ...(typeof written === "string" ? [] : [index]));
    judgeOrigin(origin, spot, report);
  }
  if (origins.length === 0 && (target === "aws" || target === "node")) {
    if (!report.isBroken(below(place, "public_origin"))) {
      report.note(
        place,
        "without serve.public_origin the origin is what the platform routed by; write the one that clients sign",
      );
    }
  }
  if (settings.timeout.read <= 0) {
    report.problem(below(place, "timeout", "read"), { reason: "a timeout is longer than 0" });
  }
  const shared = isRecord(value) ? value.cors : undefined;
  const cors = compileCors(shared, undefined, below(place, "cors"), report);
  return {
    publicOrigins: [...new Set(origins.map(canonicalOrigin))],
    basePath: settings.base_path.replace(/\/$/, ""),
    upstreamTimeout: settings.timeout.read,
    events: {
      path: settings.events.path,
      sampleAllowed: settings.events.sample_allowed,
      foldAbove: settings.events.fold_above,
    },
    limits: compileLimits(settings.limits, below(place, "limits"), report),
    ...(settings.streams.end_with_token ? {} : { endStreamsWithToken: false }),
    ...(cors === undefined ? {} : { cors }),
  };
}

/** A platform's whole header section is shorter than the first two; a body is held in memory. */
const mostBytes: Limits = { token: 65_536, proof: 65_536, body: 10_485_760 };

function compileLimits(limits: Limits, place: Place, report: Report): Limits {
  for (const name of ["token", "proof", "body"] as const) {
    if (limits[name] > 0 && limits[name] <= mostBytes[name]) continue;
    report.problem(below(place, name), {
      reason: `a limit is at least 1 byte and at most ${mostBytes[name] / 1024}KiB`,
    });
  }
  return limits;
}

function judgeOrigin(origin: string, place: Place, report: Report): void {
  if (!URL.canParse(origin)) {
    report.problem(place, { reason: "not an origin", found: JSON.stringify(origin) });
    return;
  }
  const { protocol, hostname, host } = new URL(origin);
  if (protocol === "https:" || isLoopback(hostname)) return;
  report.problem(place, {
    reason: "plain http, where clients send tokens",
    found: JSON.stringify(origin),
    suggestion: `write https://${host}`,
  });
}

function canonicalOrigin(origin: string): string {
  if (!URL.canParse(origin)) return origin;
  const { protocol, host } = new URL(origin);
  return `${protocol}//${host}`;
}
