import type { Ask } from "./ask.ts";
import type { Expression } from "./expression.ts";
import type { Template } from "./template.ts";

/** A contextualizer or an authorizer: they run in the document's order. */
export type PolicyStep = Conditional &
  (
    | Verdict
    | CelAuthorizer
    | StepUpAuthorizer
    | RemoteAuthorizer
    | MapContextualizer
    | GenericContextualizer
  );

/** A step that runs only where its condition is true. */
export interface Conditional {
  readonly if?: Expression;
  /** The mechanism's id, where the step has a name of its own. */
  readonly mechanism?: string;
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

/** RFC 9470; at least one of the two is asked for. */
export interface StepUpAuthorizer {
  readonly type: "step_up";
  readonly id: string;
  /** One of them must be the token's; empty: any. */
  readonly acrValues: readonly string[];
  /** Seconds since the login. */
  readonly maxAge?: number;
  /** Seconds by which a login may lie ahead: clocks differ. */
  readonly leeway: number;
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
