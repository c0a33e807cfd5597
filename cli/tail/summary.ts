import { withoutControls } from "../../src/event/clean.ts";
import type { ToldEvent } from "./entries.ts";

/** Codes and clients that are counted one by one; a flood of made-up ones costs no more memory. */
const mostNames = 1000;
const shownClients = 5;

export interface Summary {
  readonly requests: number;
  readonly allowed: number;
  readonly refused: number;
  /** Requests by code, most first. */
  readonly codes: Readonly<Record<string, number>>;
  /** Refused requests by client, most first. */
  readonly clients: Readonly<Record<string, number>>;
  readonly upstream_failures: number;
  /** Lines that held no event. */
  readonly other_lines: number;
}

export function createSummary() {
  const codes = new Map<string, number>();
  const clients = new Map<string, number>();
  let [requests, allowed, refused, failures, others] = [0, 0, 0, 0, 0];
  return {
    /** A line counts for `count` requests: sampled allows, folded refusals. */
    add({ outcome, code, client, count = 1, upstream }: ToldEvent): void {
      requests += count;
      if (outcome === "allow") allowed += count;
      if (outcome === "refuse") refused += count;
      if (upstream?.problem !== undefined) failures += count;
      if (code !== undefined) increase(codes, code, count);
      if (outcome === "refuse" && client !== undefined) increase(clients, client, count);
    },
    other(): void {
      others += 1;
    },
    summary: (): Summary => ({
      requests,
      allowed,
      refused,
      codes: sorted(codes),
      clients: sorted(clients),
      upstream_failures: failures,
      other_lines: others,
    }),
  };
}

/** For people. */
export function summaryText(summary: Summary): string {
  const { requests, allowed, refused, codes, clients, upstream_failures, other_lines } = summary;
  const rows = (title: string, counts: [string, number][]) =>
    counts.length === 0
      ? []
      : [title, ...counts.map(([name, n]) => `  ${`${n}`.padStart(7)}  ${withoutControls(name)}`)];
  const failures = upstream_failures === 0 ? "" : `, ${upstream_failures} failed upstream`;
  return [
    `${requests} requests: ${allowed} allowed, ${refused} refused${failures}`,
    ...rows("by code", Object.entries(codes)),
    ...rows("refused, by client", Object.entries(clients).slice(0, shownClients)),
    ...(other_lines === 0
      ? []
      : [`${other_lines} ${other_lines === 1 ? "line" : "lines"} held no event`]),
  ].join("\n");
}

function increase(counts: Map<string, number>, name: string, by: number): void {
  const key = counts.has(name) || counts.size < mostNames ? name : "(others)";
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a));
}
