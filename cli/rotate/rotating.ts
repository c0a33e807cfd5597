import type { KeySet } from "./key-set.ts";
import type { Deployment } from "./looks.ts";
import type { Plan } from "./plan.ts";
import type { Rotation } from "./record.ts";
import type { Subject } from "./subject.ts";

export type Target = "cloudflare" | "aws";

/** What is asked for. */
export interface Asked {
  readonly subject: Subject;
  /** As it is kept in the file `secrets`. */
  readonly set: KeySet;
  readonly secrets: string;
  readonly target: Target;
  readonly parameter?: string;
  readonly deploy?: string;
  readonly apply?: boolean;
  readonly json?: boolean;
  readonly kid?: string;
}

/** A rotation that is under way. */
export interface Rotating extends Asked {
  readonly rotation: Rotation;
  readonly plan: Plan;
  readonly deployment: Deployment;
}
