import type { SecretReference } from "../../configuration.ts";
import type { Place, Report } from "../report.ts";

/** Where the documents will run; it decides where secrets can come from and what a rule needs. */
export type Target = "cloudflare" | "aws" | "node";

/** What a secret is used for. */
export type SecretUse = "nonces" | "signing" | "credentials" | "trust anchors";

/** What everything that compiles a part of the documents is handed. */
export interface Context {
  readonly report: Report;
  readonly target?: Target;
  readonly hasMasterKey: boolean;
  /** Authenticators whose documents name no audience; a protected resource may be theirs. */
  readonly withoutAudience: { readonly id: string; readonly place: Place }[];
  /** Whether the source exists and fits the use; the report is told what is wrong. */
  secret(reference: SecretReference, use: SecretUse, place: Place): boolean;
  /** An inline source's value, where it is part of the document. */
  inlineValue(source: string, name: string): string | undefined;
}
