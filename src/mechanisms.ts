import type { ClaimPathCode } from "./claim-path/evaluate.ts";
import type {
  BasicAuthenticator,
  ClientCredentialsFinalizer,
  Configuration,
  CookieFinalizer,
  ErrorResponse,
  Expression,
  GenericAuthenticator,
  GenericContextualizer,
  IntrospectionAuthenticator,
  Limits,
  MapContextualizer,
  MechanismName,
  RemoteAuthorizer,
  StepUpAuthorizer,
} from "./configuration.ts";
import { type Answer, Fault, type Principal } from "./decision.ts";
import type { Reply } from "./forward/reply.ts";
import type { HealthCode } from "./health.ts";
import type { McpCode } from "./mcp/gateway.ts";
import type { FunctionGroup } from "./mint/functions/function.ts";
import type { Budget, Loops, Regexes } from "./mint/language.ts";
import type { Seen } from "./mint/template-data.ts";
import type { EdgeRequest, RequestUrl, Runtime } from "./runtime.ts";
import type { EncryptedKeysCode, MappingCode, Secrets } from "./secrets.ts";
import type { AccessToken } from "./token/access-token.ts";
import type { ClientTokenCode } from "./token/client-token.ts";
import type { Sent } from "./token/credentials.ts";
import type { KeyCertificatesCode } from "./token/key-certificates.ts";
import type { RequestSignatureCode } from "./token/request-signature.ts";
import type { Trail } from "./trail.ts";

/**
 * The code of mechanisms that not every pair of documents needs. `dpop-edge compile` writes a module
 * that imports what its documents use and nothing else; whoever compiles at run time hands in
 * `allMechanisms` of mechanisms/all.ts. To add one: its name in configuration/mechanism-name.ts, its type here, its code
 * in mechanisms/NAME.ts under the same name, and where it is used in documents/compile/needs.ts.
 */
export interface Mechanisms extends Readonly<Partial<Record<MechanismName, unknown>>> {
  readonly basicAuth?: (kit: Kit) => BasicAuthCode;
  readonly cel?: Cel;
  /** `cel` with more functions: in its place, where it is there. */
  readonly celExtensions?: Cel;
  readonly cookie?: FinalizerCode<CookieFinalizer>;
  readonly identity?: (kit: Kit) => IdentityCode;
  readonly introspection?: (kit: Kit) => IntrospectionCode;
  readonly generic?: StepCode<GenericContextualizer>;
  readonly body?: BodyCode;
  readonly clientCredentials?: FinalizerCode<ClientCredentialsFinalizer>;
  readonly encryptedKeys?: EncryptedKeysCode;
  readonly secretMapping?: MappingCode;
  readonly errorResponse?: ErrorResponseCode;
  readonly stepUp?: StepCode<StepUpAuthorizer>;
  readonly remote?: StepCode<RemoteAuthorizer>;
  readonly revocation?: (kit: Kit, configuration: Configuration) => RevocationCode;
  readonly health?: HealthCode;
  readonly keyCertificates?: (kit: {
    readonly runtime: Pick<Runtime, "now">;
    readonly secrets: Pick<Secrets, "certificates">;
  }) => KeyCertificatesCode;
  readonly map?: StepCode<MapContextualizer>;
  readonly mcp?: McpCode;
  readonly requestSignatures?: (kit: Pick<Kit, "runtime" | "secrets">) => RequestSignatureCode;
  readonly clientTokens?: (kit: Pick<Kit, "runtime" | "secrets">) => ClientTokenCode;
  readonly claimPath?: () => ClaimPathCode;
  readonly templateBounds?: () => Budget;
  readonly templateLogic?: FunctionGroup;
  readonly templateTexts?: FunctionGroup;
  readonly templateLists?: FunctionGroup;
  readonly templateDicts?: FunctionGroup;
  readonly templateEncodings?: FunctionGroup;
  readonly templateNumbers?: FunctionGroup;
  readonly templateCases?: FunctionGroup;
  readonly templatePaths?: FunctionGroup;
  readonly templateRegexes?: Regexes;
  readonly templateLoops?: Loops;
}

/** A configuration, and the code of the mechanisms that it needs. */
export interface Equipped extends Configuration {
  readonly mechanisms?: Mechanisms;
}

/** What the code of a mechanism is made with, once an authorizer: its caches live in what it makes. */
export interface Kit {
  readonly runtime: Pick<Runtime, "now" | "fetch" | "random" | "outlive" | "revocations">;
  readonly secrets: Secrets;
  readonly mechanisms: Mechanisms;
}

export interface Cel {
  /**
   * Whether the expression is true.
   * @param more what else it may name: Payload, Error
   * @throws Refused policy.denied where it has no value; it never passes by mistake
   */
  holds(expression: Expression, seen: Seen, more?: Readonly<Record<string, unknown>>): boolean;
}

/** The authenticator `oauth2_introspection`. */
export interface IntrospectionCode {
  /** @throws Refused token.*, introspection.unavailable, keys.unavailable */
  verify(token: string, authenticator: IntrospectionAuthenticator): Promise<AccessToken>;
}

/** The authenticator `generic`. */
export interface IdentityCode {
  /** Undefined where the request carries nothing of what the authenticator reads. */
  credential(
    authenticator: GenericAuthenticator,
    request: EdgeRequest,
    url: RequestUrl,
    limits: Pick<Limits, "token" | "proof">,
  ): Sent | undefined;
  /** @throws Refused token.*, introspection.unavailable */
  verify(
    credential: string,
    authenticator: GenericAuthenticator,
    request: EdgeRequest,
  ): Promise<AccessToken>;
}

/** The authenticator `basic_auth`. */
export interface BasicAuthCode {
  /** What follows the scheme; undefined where it is another. @throws Refused credentials.multiple */
  credentials(request: EdgeRequest): string | undefined;
  /** @throws Refused credentials.malformed, credentials.invalid */
  verify(credentials: string, authenticator: BasicAuthenticator): Promise<Principal>;
}

/** `serve.revocation`. */
export interface RevocationCode {
  /**
   * Whether the token, the key or the caller of the walk is shut out; tells the trail what it knew.
   * @throws Refused token.revoked, revocation.unavailable
   */
  check(trail: Trail): Promise<void>;
  /** What is wrong with the list, as far as it can be told; "": nothing. @throws Refused revocation.unavailable */
  fault(): Promise<string>;
  /** Reads and changes the list; absent: nobody may over HTTP. */
  readonly page?: (request: EdgeRequest) => Promise<Reply>;
}

/** A step of the policy: it refuses by throwing, and answers what those after it may use. */
export type StepCode<Step> = (kit: Kit) => (step: Step, seen: Seen) => Promise<Learned> | Learned;

export interface Learned {
  /** For the step's name in `Outputs`; absent: nothing. */
  readonly output?: unknown;
  /** For the upstream, in place of the client's own; an empty one only takes the client's away. */
  readonly headers?: OurHeaders;
}

/** `Request.Body`. @throws Refused body.* @param limit bytes */
export type BodyCode = (request: EdgeRequest, limit: number) => Promise<unknown>;

/** The answer of an error handler in place of the usual one; undefined where it makes none. */
export type ErrorResponseCode = (
  handler: ErrorResponse,
  usual: Answer,
  seen: Seen,
) => Answer | undefined;

/** A finalizer: the headers that it adds for the upstream, in place of the client's own. */
export type FinalizerCode<Finalizer> = (
  kit: Kit,
) => (finalizer: Finalizer, seen: Seen, before: OurHeaders) => Promise<OurHeaders> | OurHeaders;

export type OurHeaders = ReadonlyArray<readonly [name: string, value: string]>;

/** Throws a Fault where the configuration needs code that was not handed in: nothing passes unjudged. */
export function equip({ needs, mechanisms = {} }: Equipped): Mechanisms {
  for (const name of needs) given(mechanisms[name], name);
  const { celExtensions } = mechanisms;
  return celExtensions === undefined ? mechanisms : { ...mechanisms, cel: celExtensions };
}

/** The code of a mechanism that a step needs. Throws a Fault where it was not handed in. */
export function given<Code>(code: Code | undefined, name: MechanismName): Code {
  if (code !== undefined) return code;
  throw new Fault(
    `The configuration needs the mechanism ${name}, which was not handed in: take the module that dpop-edge compile writes, or give {...configuration, mechanisms: allMechanisms} with allMechanisms from dpop-edge/mechanisms/all.`,
  );
}
