import type { Conditional } from "./policy.ts";
import type { Template } from "./template.ts";

/** The first whose condition is true answers. */
export type ErrorHandler = Conditional &
  (
    | { readonly type: "default"; readonly id: string }
    | { readonly type: "www_authenticate"; readonly id: string; readonly realm?: string }
    | ErrorResponse
  );

/** What `redirect` and `generic` compile to: an answer of the document's own. */
export interface ErrorResponse {
  readonly type: "response";
  readonly id: string;
  readonly status: number;
  /** The origin that a Location must keep, where the documents write one. */
  readonly origin?: string;
  readonly headers: readonly (readonly [name: string, value: Template])[];
  readonly body?: Template;
  readonly values: Readonly<Record<string, Template>>;
}
