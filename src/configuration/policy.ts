import type { Template } from "./template.ts";

/** A contextualizer or an authorizer: they run in the document's order. */
export type PolicyStep = Verdict | MapContextualizer;

export interface Verdict {
  readonly type: "allow" | "deny";
  readonly id: string;
}

export interface MapContextualizer {
  readonly type: "map";
  readonly id: string;
  readonly items: Readonly<Record<string, Template>>;
  readonly values: Readonly<Record<string, Template>>;
}
