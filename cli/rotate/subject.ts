import type { Configuration } from "../../src/configuration.ts";
import { keysMaxAge } from "../../src/forward/keys.ts";
import { references } from "../../src/secrets/references.ts";
import { readsTokens } from "../../src/token/reads-tokens.ts";
import { UsageError } from "../exit.ts";
import type { Periods } from "./plan.ts";

export type Kind = "master-key" | "signing-key";

/** What is rotated: a secret that is a set of keys, and what the documents say of it. */
export interface Subject {
  readonly kind: Kind;
  /** Its name under secret_management. */
  readonly source: string;
  readonly form: "jwks" | "pem";
  /** What the platform calls the secret. */
  readonly binding: string;
  /** The selector of each use; undefined: without one. */
  readonly selects: ReadonlyArray<string | undefined>;
  /** Which key of the documents selects. */
  readonly selector: string;
  readonly periods: Periods;
}

/**
 * @param source the one of several that sign internal tokens
 * @throws UsageError where the documents have no such key, or several
 */
export function subjectOf(
  configuration: Configuration,
  kind: Kind,
  source: string | undefined,
): Subject {
  const name = kind === "master-key" ? masterSource(configuration) : signer(configuration, source);
  const from = configuration.secrets[name];
  if (from === undefined || from.kind === "inline")
    throw new UsageError(`The source ${name} holds no keys.`);
  if (!("binding" in from.from)) {
    throw new UsageError(
      `secret_management.${name} is a file: rotate it by hand, step by step, as docs/runbooks/rotating-keys.md says. This command changes secrets that a platform keeps (config: {secret: NAME}).`,
    );
  }
  return {
    kind,
    source: name,
    form: from.kind,
    binding: from.from.binding,
    selects: selectors(configuration, kind, name),
    selector: kind === "master-key" ? "master_key.selector" : `selector of every use of ${name}`,
    periods: kind === "master-key" ? nonces(configuration) : tokens(configuration, name),
  };
}

function masterSource({ masterKey }: Configuration): string {
  if (masterKey !== undefined) return masterKey.source;
  throw new UsageError("The documents have no master_key.");
}

function signer(configuration: Configuration, asked: string | undefined): string {
  const sources = [...new Set(signers(configuration).map((each) => each.signer.source))];
  const [only, ...others] = sources;
  if (asked !== undefined && sources.includes(asked)) return asked;
  const list = sources.join(", ");
  if (only === undefined)
    throw new UsageError("The documents sign nothing: no step names a finalizer of type jwt.");
  if (asked !== undefined)
    throw new UsageError(`No finalizer signs with ${asked}; with --source say one of ${list}.`);
  if (others.length > 0) throw new UsageError(`Say which one with --source: ${list}.`);
  return only;
}

function signers({ rules, defaultRule }: Configuration) {
  return [...rules, ...(defaultRule ? [defaultRule] : [])]
    .flatMap(({ finalizers }) => finalizers)
    .filter((each) => each.type === "jwt");
}

function selectors(
  { masterKey, ...uses }: Configuration,
  kind: Kind,
  source: string,
): ReadonlyArray<string | undefined> {
  const found =
    kind === "master-key"
      ? [masterKey?.selector]
      : references(uses, source).map(({ selector }) => selector);
  return [...new Set(found)];
}

/** Every instance verifies by the whole set, so nobody else has to learn of a new key. */
function nonces({ rules, defaultRule }: Configuration): Periods {
  const ages = [...rules, ...(defaultRule ? [defaultRule] : [])].flatMap(({ authenticators }) =>
    authenticators.filter(readsTokens).map(({ possession }) => possession.maxAge),
  );
  return { published: 0, made: Math.max(0, ...ages) };
}

function tokens(configuration: Configuration, source: string): Periods {
  const ttls = signers(configuration)
    .filter((each) => each.signer.source === source)
    .map(({ ttl }) => ttl);
  return { published: keysMaxAge, made: Math.max(0, ...ttls) };
}
