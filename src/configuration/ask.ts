import type { Endpoint } from "./endpoint.ts";
import type { Template } from "./template.ts";

/** A question to another service about a request. */
export interface Ask {
  /** Where, as far as no template says it: its `url` is the origin, which is always literal. */
  readonly endpoint: Endpoint;
  /** The whole URL. */
  readonly url: Template;
  readonly method: string;
  readonly headers: Readonly<Record<string, Template>>;
  readonly payload?: Template;
  readonly values: Readonly<Record<string, Template>>;
  /** For how long the answer to the very same question counts; 0: not at all. */
  readonly cacheTtl: number;
}
