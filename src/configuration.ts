import type { Authenticator } from "./configuration/authenticator.ts";
import type { ErrorHandler } from "./configuration/error-handler.ts";
import type { Finalizer } from "./configuration/finalizer.ts";
import type { McpMatch } from "./configuration/mcp.ts";
import type { MechanismName } from "./configuration/mechanism-name.ts";
import type { PolicyStep } from "./configuration/policy.ts";
import type { SecretReference, SecretSource } from "./configuration/secret.ts";

export type * from "./configuration/ask.ts";
export type * from "./configuration/authenticator.ts";
export type * from "./configuration/endpoint.ts";
export type * from "./configuration/error-handler.ts";
export type * from "./configuration/expression.ts";
export type * from "./configuration/finalizer.ts";
export type * from "./configuration/mcp.ts";
export type * from "./configuration/mechanism-name.ts";
export type * from "./configuration/policy.ts";
export type * from "./configuration/secret.ts";
export type * from "./configuration/template.ts";

/**
 * What the two documents compile to: one typed object, JSON through and through, that the build
 * hands to the runtime. Defaults are filled in, rules are merged; nothing is left to look up.
 * Durations are seconds.
 */
export interface Configuration {
  /** Origins that clients sign as htu; empty: the one that the platform routed by. */
  readonly publicOrigins: readonly string[];
  /** A prefix that the platform removed before the request came here: "" or "/prefix". */
  readonly basePath: string;
  /** The wait for an upstream's response headers. */
  readonly upstreamTimeout: number;
  /** Whether a stream of events ends with the token that opened it; absent: it does. */
  readonly endStreamsWithToken?: boolean;
  readonly limits: Limits;
  readonly replay: ReplaySettings;
  /** `serve.events`; absent: every request is a line, with its path. */
  readonly events?: EventSettings;
  /** Serves the health page; `access`: the secret that asks, a text. */
  readonly health?: { readonly access: "public" | SecretReference };
  /** `serve.revocation`; absent: nothing is asked. */
  readonly revocation?: RevocationSettings;
  /** Fingerprint of all the rest: tells two deployments apart in their logs. */
  readonly documents?: string;
  readonly secrets: Readonly<Record<string, SecretSource>>;
  readonly masterKey?: SecretReference;
  readonly rules: readonly Rule[];
  readonly defaultRule?: DefaultRule;
  /** `serve.cors`; a rule's own is already in the rule. */
  readonly cors?: Cors;
  /** Whose code must be handed in beside this object: what the documents use of what is not always there. */
  readonly needs: readonly MechanismName[];
  /** RFC 9728, the nearest one of a URL first. */
  readonly protectedResources?: readonly ProtectedResource[];
}

/** What clients get tokens for, by RFC 9728: a path of an origin and all below it. */
export interface ProtectedResource {
  /** "" is the whole origin. */
  readonly path: string;
  /** Of the rule that declares it; empty: any. */
  readonly hosts: readonly string[];
  /** The document less `resource`, which the asked origin is part of. */
  readonly metadata: Readonly<Record<string, string | boolean | readonly string[]>>;
}

/** Bytes: what is longer is not read. */
export interface Limits {
  readonly token: number;
  readonly proof: number;
  /** Of a request's body, where a rule looks into it. */
  readonly body: number;
}

export interface ReplaySettings {
  /** Where used proofs are remembered: on disk, or in memory under a generation and a bound. */
  readonly mode: "durable" | "generation";
  readonly shards: number;
  readonly regions: "auto" | "off";
  /** The longest max_age + leeway of any rule, plus a minute of slack: how far back a store remembers. */
  readonly window: number;
}

export interface EventSettings {
  /** Whether the request's path is told. */
  readonly path: boolean;
  /** Which part of the allowed requests is a line: above 0 to 1. */
  readonly sampleAllowed: number;
  /** Lines of one kind of refusal in ten seconds before they are counted together. */
  readonly foldAbove: number;
}

export interface RevocationSettings {
  /** Seconds: how old the list may be. */
  readonly staleness: number;
  /** What becomes of a request where the list is missing, or older. */
  readonly onFailure: "refuse" | "pass";
  /** The secret, a text, of who may read and change the list over HTTP; absent: nobody. */
  readonly access?: SecretReference;
}

/** What runs for a request, whichever rule it is. */
export interface Stages {
  readonly id: string;
  /** Lists of an MCP server show what the caller may use, and no more. */
  readonly filterLists?: boolean;
  readonly authenticators: readonly Authenticator[];
  /** Contextualizers and authorizers, in the document's order. */
  readonly authorizers: readonly PolicyStep[];
  readonly finalizers: readonly Finalizer[];
  readonly onError: readonly ErrorHandler[];
  /** A step looks into the request's body. */
  readonly body?: true;
  readonly cors?: Cors;
}
export interface DefaultRule extends Stages {
  readonly match?: never;
  readonly forwardTo?: never;
  readonly encodedSlashes: EncodedSlashes;
}
export interface Rule extends Stages {
  readonly match: Match;
  readonly encodedSlashes: EncodedSlashes;
  readonly forwardTo?: ForwardTo;
}

export type EncodedSlashes = "off" | "on" | "no_decode";

export interface Match {
  readonly routes: readonly RoutePattern[];
  /** Lower case; exact or "*.example.com"; empty: any. */
  readonly hosts: readonly string[];
  /** Upper case, `ALL` and `!` resolved; empty: all but the excluded. */
  readonly methods: readonly string[];
  readonly excludedMethods: readonly string[];
  readonly scheme?: "http" | "https";
  readonly mcp?: McpMatch;
}
export interface RoutePattern {
  /** As written, for messages. */
  readonly expression: string;
  readonly segments: readonly PathSegment[];
  readonly captures: readonly CaptureConstraint[];
}
export type PathSegment =
  | { readonly kind: "literal"; readonly value: string }
  | { readonly kind: "one"; readonly name?: string }
  | { readonly kind: "rest"; readonly name?: string };
export interface CaptureConstraint {
  readonly name: string;
  /** Source of a regular expression, anchored: glob and exact compile to one. */
  readonly pattern: string;
}

export interface ForwardTo {
  readonly scheme: "http" | "https";
  /** host or host:port */
  readonly host: string;
  /** Send the client's Host to the upstream (as X-Forwarded-Host where the platform owns Host). */
  readonly forwardHostHeader: boolean;
  readonly stripPathPrefix?: string;
  readonly addPathPrefix?: string;
  readonly stripQueryParameters: readonly string[];
  /** In lower case: headers of the client's that are dropped elsewhere. */
  readonly forwardHeaders?: readonly string[];
}

export interface Cors {
  /** Exact origins, "*" for any, or "https://*.example.com". */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge?: number;
}
