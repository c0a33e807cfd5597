import type { Ask } from "./ask.ts";
import type { Expression } from "./expression.ts";
import type { Template } from "./template.ts";

/** A contextualizer or an authorizer: they run in the document's order. */
export type PolicyStep = Conditional &
  (Verdict | CelAuthorizer | RemoteAuthorizer | MapContextualizer | GenericContextualizer);

/** A step that runs only where its condition is true. */
export interface Conditional {
  readonly if?: Expression;
}

export interface Verdict {
  readonly type: "allow" | "deny";
  readonly id: string;
}

export interface CelAuthorizer {
  readonly type: "cel";
  readonly id: string;
  /** All of them must be true. */
  readonly expressions: readonly CelCheck[];
  readonly values: Readonly<Record<string, Template>>;
}
export interface CelCheck {
  readonly expression: Expression;
  /** For the event, never for the client. */
  readonly message?: string;
}

export interface RemoteAuthorizer {
  readonly type: "remote";
  readonly id: string;
  readonly ask: Ask;
  /** About the answer; all of them must be true. */
  readonly expressions: readonly CelCheck[];
  /** Of the answer, for the upstream. */
  readonly forwardHeaders: readonly string[];
}

export interface GenericContextualizer {
  readonly type: "generic";
  readonly id: string;
  readonly ask: Ask;
  /** Of the client's request, for the service. */
  readonly forwardHeaders: readonly string[];
  readonly forwardCookies: readonly string[];
  /** Where there is no answer the steps after it run without one. */
  readonly continueOnError: boolean;
}

export interface MapContextualizer {
  readonly type: "map";
  readonly id: string;
  readonly items: Readonly<Record<string, Template>>;
  readonly values: Readonly<Record<string, Template>>;
}
