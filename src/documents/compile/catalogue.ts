import { isRecord } from "../../record.ts";
import { nearest } from "../nearest.ts";
import type { Document } from "../reading.ts";
import { below, type Place, type Report } from "../report.ts";
import { configSchema, type MechanismKind, mechanismKinds } from "../schema/mechanism-config.ts";
import type { Mechanism } from "./settings.ts";
import { doubled } from "./spelling.ts";

/** The mechanisms of a document, by kind and id. */
export interface Catalogue {
  /** Tells the report when there is none of that id, unless one of that id is broken. */
  find(kind: MechanismKind, id: string, place: Place, report: Report): Mechanism | undefined;
  readonly mechanisms: readonly Mechanism[];
}

/** @param value the document as validated */
export function catalogueOf(document: Document, value: unknown, report: Report): Catalogue {
  const found = mechanismKinds.flatMap((kind) => mechanismsOf(kind, document, value, report));
  const declared = mechanismKinds.flatMap((kind) => declaredIds(kind, document));
  return {
    mechanisms: found,
    find(kind, id, place) {
      const mechanism = found.find((entry) => entry.kind === kind && entry.id === id);
      if (mechanism !== undefined) return mechanism;
      const ids = declared.filter((entry) => entry.kind === kind).map((entry) => entry.id);
      if (ids.includes(id) || hasUnreadable(kind, document, report)) return undefined;
      const elsewhere = declared.find((entry) => entry.id === id);
      const close = nearest(id, ids);
      report.problem(place, {
        reason: elsewhere
          ? `${id} is not among mechanisms.${kind}, but among mechanisms.${elsewhere.kind}`
          : `no such mechanism among mechanisms.${kind}`,
        found: JSON.stringify(id),
        ...(ids.length > 0 ? { allowed: ids.join(", ") } : {}),
        ...(close && !elsewhere ? { suggestion: `did you mean ${close}?` } : {}),
      });
      return undefined;
    },
  };
}

function mechanismsOf(
  kind: MechanismKind,
  document: Document,
  value: unknown,
  report: Report,
): Mechanism[] {
  const seen = new Set<string>();
  return entriesOf(value, kind).flatMap((entry, index) => {
    const place: Place = { document, path: ["mechanisms", kind, index] };
    if (!isRecord(entry)) return [];
    const { id, type, config } = entry;
    if (typeof id !== "string" || typeof type !== "string") return [];
    if (configSchema(kind, type) === undefined) return [];
    if (seen.has(id)) {
      report.problem(below(place, "id"), {
        reason: `mechanisms.${kind} has two with the id ${id}`,
        suggestion: "rename one of them",
      });
      return [];
    }
    seen.add(id);
    reportDoubled(config, below(place, "config"), report);
    return [{ kind, type, id, config, place }];
  });
}

export function reportDoubled(config: unknown, place: Place, report: Report): void {
  for (const { path, as } of doubled(config)) {
    report.problem(
      { ...below(place, ...path), at: "key" },
      { reason: `the same as ${as}, which is written too`, suggestion: "write it once" },
    );
  }
}

function entriesOf(value: unknown, kind: string): readonly unknown[] {
  const mechanisms = isRecord(value) ? value.mechanisms : undefined;
  const entries = isRecord(mechanisms) ? mechanisms[kind] : undefined;
  return Array.isArray(entries) ? entries : [];
}

/** Whether what was meant may be among what cannot be read. */
function hasUnreadable(kind: MechanismKind, document: Document, report: Report): boolean {
  const entries = entriesOf(document.value, kind);
  if (entries.length === 0) return report.isBroken({ document, path: ["mechanisms", kind] });
  return entries.some((entry) => !isRecord(entry) || typeof entry.id !== "string");
}

/** Ids as they stand there, whatever else is wrong with the entry: one mistake is told once. */
function declaredIds(
  kind: MechanismKind,
  document: Document,
): { kind: MechanismKind; id: string }[] {
  return entriesOf(document.value, kind).flatMap((entry) =>
    isRecord(entry) && typeof entry.id === "string" ? [{ kind, id: entry.id }] : [],
  );
}
