import { withoutControls } from "../../src/event/clean.ts";
import { hasClientLeft } from "../../src/event/ending.ts";
import type { Paint } from "../terminal/paint.ts";
import type { Entry, ToldEvent } from "./entries.ts";

const placeWidth = 28;

/** One line for people: time (UTC), what was asked, status, why, who, id. */
export function lineOf(entry: Entry, paint: Paint): string {
  if (entry.kind === "remark") {
    return `${paint.dim(clock(entry.time))}  ${paint.red(withoutControls(entry.says))}`;
  }
  const { event } = entry;
  const place = `${event.method} ${event.path ?? event.route ?? "-"}`;
  const parts = [
    paint.dim(clock(event.time)),
    withoutControls(place).padEnd(placeWidth),
    status(event, paint),
    ...why(event).map(withoutControls),
    ...(event.client === undefined ? [] : [withoutControls(event.client)]),
    ...((event.count ?? 1) > 1 ? [`x${event.count}`] : []),
    paint.dim(withoutControls(event.request_id ?? "")),
  ];
  return parts.filter((part) => part !== "").join("  ");
}

/** UTC, as in the log: `10:30:12` of an ISO time. */
function clock(time: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(time)?.[1] ?? withoutControls(time);
}

/** Whether it went as it should: not where the edge refused, nor where the upstream failed. No colour where nobody waited to see. */
function status(event: ToldEvent, paint: Paint): string {
  const shown = `${event.status ?? event.upstream?.status ?? "-"}`;
  const bad = event.outcome === "refuse" || event.upstream?.problem !== undefined || event.fault;
  if (hasClientLeft(event)) return shown;
  return bad ? paint.red(shown) : paint.green(shown);
}

function why(event: ToldEvent) {
  const { outcome, code, would, expected, found, fault, revocation, upstream, rule } = event;
  const said = [
    code ?? outcome,
    ...(outcome === "allow" && rule !== undefined ? [rule] : []),
    ...(would === undefined ? [] : [`would be ${would}`]),
    ...(revocation === "unchecked" ? ["no list of revocations"] : []),
    ...(hasClientLeft(event) ? ["client left"] : []),
    ...(upstream?.problem === undefined ? [] : [`upstream ${upstream.problem}`]),
    ...(fault === undefined ? [] : [`fault: ${fault}`]),
  ];
  const details = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(found === undefined ? [] : [`found ${found}`]),
  ];
  return details.length === 0 ? said : [...said, details.join(", ")];
}
