import { isPlainPath } from "../../claim-path/parse.ts";
import { type MechanismName, mechanismNames } from "../../configuration/mechanism-name.ts";
import type {
  Authenticator,
  DefaultRule,
  Finalizer,
  PolicyStep,
  Rule,
  SecretSource,
  SessionLifespan,
} from "../../configuration.ts";
import { templateParts } from "../../mint/template-parts.ts";
import { readsTokens } from "../../token/reads-tokens.ts";
import { callsExtensions } from "./cel-functions.ts";
import { looksIntoBody } from "./looks-into-body.ts";

/** What the rules use of what is not always there: that code must travel with the configuration. */
export function needsOf(
  rules: readonly (Rule | DefaultRule)[],
  secrets: Readonly<Record<string, SecretSource>>,
  served: Readonly<Record<"health" | "revocation", boolean>>,
): readonly MechanismName[] {
  const encrypted = Object.values(secrets).some(({ password }) => password !== undefined);
  const mapped = Object.values(secrets).some(({ mapping }) => mapping);
  const needed = new Set<MechanismName>([
    ...(["health", "revocation"] as const).filter((name) => served[name]),
    ...(encrypted ? (["encryptedKeys"] as const) : []),
    ...(mapped ? (["secretMapping"] as const) : []),
    ...rules.flatMap(neededBy),
    ...templateParts(rules),
    ...(callsExtensions(rules) ? (["celExtensions"] as const) : []),
    ...ownCredentials(rules),
  ]);
  return mechanismNames.filter((name) => needed.has(name));
}

/** An endpoint's own token, or signatures, wherever in the rules the endpoint is. */
function ownCredentials(compiled: unknown): readonly MechanismName[] {
  if (typeof compiled !== "object" || compiled === null) return [];
  const { type, token } = { type: undefined, token: undefined, ...compiled };
  if (type === "oauth2_client_credentials" && token !== undefined) return ["clientTokens"];
  if (type === "http_message_signatures") return ["requestSignatures"];
  return Object.values(compiled).flatMap(ownCredentials);
}

function neededBy({
  match,
  authenticators,
  authorizers,
  finalizers,
  onError,
}: Rule | DefaultRule): MechanismName[] {
  const conditional = [...authorizers, ...finalizers, ...onError].some(
    (step) => step.if !== undefined,
  );
  return [
    ...(match?.mcp ? (["mcp"] as const) : []),
    ...(conditional ? (["cel"] as const) : []),
    ...authenticators.flatMap(neededByAuthenticator),
    ...authorizers.flatMap(neededByStep),
    ...onError.flatMap(({ type }): MechanismName[] =>
      type === "response" ? ["errorResponse"] : [],
    ),
    ...finalizers.flatMap(neededByFinalizer),
    ...(looksIntoBody({ authorizers, finalizers }) ? (["body"] as const) : []),
  ];
}

function neededByFinalizer({ type }: Finalizer): MechanismName[] {
  switch (type) {
    case "cookie":
      return ["cookie"];
    case "oauth2_client_credentials":
      return ["clientCredentials"];
    default:
      return [];
  }
}

function neededByStep(step: PolicyStep): MechanismName[] {
  switch (step.type) {
    case "allow":
    case "deny":
      return [];
    case "remote":
      return step.expressions.length > 0 ? ["cel", "remote"] : ["remote"];
    case "step_up":
      return ["stepUp"];
    default:
      return [step.type];
  }
}

function neededByAuthenticator(authenticator: Authenticator): MechanismName[] {
  const plain = pathsOf(authenticator).every(isPlainPath);
  return [...codeOf(authenticator), ...(plain ? [] : (["claimPath"] as const))];
}

function pathsOf(authenticator: Authenticator): readonly string[] {
  if (!readsTokens(authenticator)) return [];
  const { id, attributes } = authenticator.principal;
  const named = typeof attributes === "string" ? [attributes] : Object.values(attributes);
  const { lifespan } = { lifespan: undefined, ...authenticator };
  const { active, issuedAt, notBefore, notAfter }: Partial<SessionLifespan> = lifespan ?? {};
  const times = [active, issuedAt, notBefore, notAfter].filter((path) => path !== undefined);
  return [id, ...named, ...times];
}

function codeOf(authenticator: Authenticator): MechanismName[] {
  switch (authenticator.type) {
    case "jwt":
      return authenticator.keys.trustAnchors === undefined ? [] : ["keyCertificates"];
    case "basic_auth":
      return ["basicAuth"];
    case "generic":
      return ["identity"];
    case "oauth2_introspection":
      return ["introspection"];
    default:
      return [];
  }
}
