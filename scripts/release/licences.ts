import type { Component } from "./inventory.ts";

/** What may be bundled without a question. */
const permissive = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);

/**
 * The licences of what is bundled, with their texts.
 * @param textOf the licence's text of a package; undefined where it ships none
 * @throws Error that names every package without a licence that is known to be permissive
 */
export function licenceReport(
  components: readonly Component[],
  textOf: (name: string) => string | undefined,
): string {
  const rows = components.map((component) => {
    const ids = (component.licenses ?? []).flatMap(({ license }) => license?.id ?? []);
    return { ...component, ids, text: textOf(component.name) };
  });
  const unclear = rows.filter(
    ({ ids }) => ids.length === 0 || !ids.every((id) => permissive.has(id)),
  );
  if (unclear.length > 0) {
    const named = unclear.map(({ name, version, ids }) => `${name}@${version} (${ids.join(", ")})`);
    throw new Error(`Look at the licences of ${named.join(", ")}.`);
  }
  const parts = rows.map(
    ({ name, version, ids, text }) =>
      `${name} ${version}: ${ids.join(", ")}\n\n${text?.trim() ?? "It ships no text of its licence."}\n`,
  );
  return parts.join(`\n${"-".repeat(72)}\n\n`);
}
