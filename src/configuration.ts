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
  readonly replay: ReplaySettings;
  readonly secrets: Readonly<Record<string, SecretSource>>;
  readonly masterKey?: SecretReference;
  readonly rules: readonly Rule[];
  readonly defaultRule?: DefaultRule;
  /** `serve.cors`; a rule's own is already in the rule. */
  readonly cors?: Cors;
}

export interface ReplaySettings {
  /** Where used proofs are remembered: on disk, or in memory under a generation and a bound. */
  readonly mode: "durable" | "generation";
  readonly shards: number;
  readonly regions: "auto" | "off";
  /** The longest max_age + leeway of any rule, plus a minute of slack: how far back a store remembers. */
  readonly window: number;
}

export type SecretKind = "jwks" | "pem" | "inline";
export type SecretOrigin = { readonly binding: string } | { readonly path: string };
export interface SecretSource {
  readonly kind: SecretKind;
  /** Where the text is read when the runtime starts; a secret is never part of this object. */
  readonly from: SecretOrigin | { readonly values: Readonly<Record<string, string>> };
}
export interface SecretReference {
  readonly source: string;
  /** The kid (jwks, pem) or the name (inline); absent where the source holds one. */
  readonly selector?: string;
}

/** What runs for a request, whichever rule it is. */
export interface Stages {
  readonly id: string;
  readonly authenticators: readonly Authenticator[];
  readonly authorizers: readonly PolicyStep[];
  readonly finalizers: readonly Finalizer[];
  readonly onError: readonly ErrorHandler[];
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
}

export type Authenticator =
  | { readonly type: "unauthorized"; readonly id: string }
  | { readonly type: "anonymous"; readonly id: string; readonly subject: string }
  | JwtAuthenticator;

export interface JwtAuthenticator {
  readonly type: "jwt";
  readonly id: string;
  readonly keys: KeySource;
  /** Exact; empty only with a metadata endpoint, whose issuer then counts. */
  readonly issuers: readonly string[];
  /** One of them must be in `aud`; empty: not checked. */
  readonly audience: readonly string[];
  readonly scopes?: ScopeRequirement;
  /** JWS algorithms of tokens and proofs. */
  readonly algorithms: readonly string[];
  readonly leeway: number;
  /** Lower case, without "application/"; "" stands for an absent typ. */
  readonly tokenTypes: readonly string[];
  readonly possession: Possession;
  readonly signaling: ErrorSignaling;
  /** Dotted paths into the claims; "@this" is all of them. */
  readonly principal: { readonly id: string; readonly attributes: string };
}
export interface KeySource {
  readonly endpoint: Endpoint;
  readonly kind: "jwks" | "metadata";
  /** RFC 8414 section 3.3; off only where the document says disable_issuer_identifier_verification. */
  readonly verifyIssuer: boolean;
  readonly cacheTtl: number;
}
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly auth?: EndpointAuth;
}
export type EndpointAuth =
  | { readonly type: "basic_auth"; readonly user: string; readonly password: SecretReference }
  | {
      readonly type: "api_key";
      readonly in: "header" | "query";
      readonly name: string;
      readonly value: SecretReference;
    };
export interface ScopeRequirement {
  readonly strategy: "exact" | "hierarchic" | "wildcard";
  readonly values: readonly string[];
}
export interface Possession {
  /** opportunistic: a bound token must be proven, an unbound one is a Bearer token. */
  readonly enforcement: "required" | "opportunistic";
  /** Of the proof's iat and of the nonce. */
  readonly maxAge: number;
  readonly nonceRequired: boolean;
  readonly replayAllowed: boolean;
}
export interface ErrorSignaling {
  readonly enabled: boolean;
  readonly realm?: string;
  readonly errorUri?: string;
  readonly description: boolean;
  readonly algorithms: boolean;
}

export type PolicyStep = { readonly type: "allow" | "deny"; readonly id: string };

export type Finalizer =
  | { readonly type: "noop"; readonly id: string }
  | {
      readonly type: "header";
      readonly id: string;
      readonly headers: Readonly<Record<string, Template>>;
    }
  | JwtFinalizer;
export interface JwtFinalizer {
  readonly type: "jwt";
  readonly id: string;
  readonly signer: SecretReference & { readonly name: string };
  readonly ttl: number;
  readonly claims?: Template;
  readonly values: Readonly<Record<string, Template>>;
  readonly header: { readonly name: string; readonly scheme: string };
  readonly audience?: readonly string[];
}

export type ErrorHandler =
  | { readonly type: "default"; readonly id: string }
  | { readonly type: "www_authenticate"; readonly id: string; readonly realm?: string };

export interface Cors {
  /** Exact origins, "*" for any, or "https://*.example.com". */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge?: number;
}

/** A compiled claim template: literal text, actions and conditionals. */
export type Template = readonly TemplateNode[];
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "emit"; readonly value: TemplateExpression; readonly as: Emission }
  | { readonly kind: "assign"; readonly name: string; readonly value: TemplateExpression }
  | {
      readonly kind: "if";
      readonly condition: TemplateExpression;
      readonly whenTrue: Template;
      readonly whenFalse: Template;
    }
  | {
      readonly kind: "range";
      readonly over: TemplateExpression;
      /** Variables that hold an element's key or position, and the element. */
      readonly key?: string;
      readonly item: string;
      readonly body: Template;
      readonly whenEmpty: Template;
    };
/**
 * text: as it is; json: one whole JSON value; string: a part of a JSON string, escaped; placed: one
 * of the last two, by where in the JSON it stands when it is rendered.
 */
export type Emission = "text" | "json" | "string" | "placed";
export type TemplateExpression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** `.Subject.Attributes.x` or `$name.x`; root "" is the dot. */
  | { readonly kind: "field"; readonly root: string; readonly path: readonly string[] }
  /** `and`, `or`: the first whose truth is `until`, or the last; those after it are not evaluated. */
  | {
      readonly kind: "choose";
      readonly until: boolean;
      readonly of: readonly TemplateExpression[];
    }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly arguments: readonly TemplateExpression[];
    };
