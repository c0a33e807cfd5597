import type { Configuration, JwtAuthenticator } from "../../src/configuration.ts";
import { compile } from "../../src/documents/index.ts";
import { createNonces, type Nonces } from "../../src/dpop/nonce.ts";
import { nonceKeys } from "../../src/dpop/nonce-check.ts";
import { algorithms } from "../../src/jws/algorithms.ts";
import type { JsonObject } from "../../src/jws/json.ts";
import { allMechanisms } from "../../src/mechanisms/all.ts";
import type { Kit } from "../../src/mechanisms.ts";
import type { Runtime } from "../../src/runtime.ts";
import { createSecrets } from "../../src/secrets.ts";
import { parseJwkSet } from "../../src/token/jwk-set.ts";
import type { KeySets } from "../../src/token/jwks.ts";

/** What requests are explained against. */
export interface Setting {
  readonly configuration: Configuration;
  /** Without documents: what a rule says is not known, defaults are taken. */
  readonly assumed: boolean;
  /** The issuer's keys; absent: signatures of tokens are not checked. */
  readonly keySets?: KeySets;
  /** Absent where the documents have no master key. */
  readonly nonces?: Nonces;
  /** Whether the edge's own secrets are at hand; without them `nonces` holds made-up keys. */
  readonly secretsKnown: boolean;
  /** Whose demands count where no rule is found. */
  readonly fallback: JwtAuthenticator;
  readonly now: () => number;
  /** Whether the input, or who gave it, says when the request was sent. */
  readonly timeKnown: () => boolean;
  /** Every mechanism, to choose among; none of them can ask anybody. */
  readonly kit: Kit;
}

export interface SettingOptions {
  readonly configuration?: Configuration;
  /** A JWK set. */
  readonly jwks?: JsonObject;
  /** The edge's secrets by binding. */
  readonly secrets?: Runtime["secret"];
  readonly now: () => number;
  /** Without it the time is known. */
  readonly timeKnown?: () => boolean;
}

/** By whose clock a time is wrong, nobody can tell who does not know when the request was sent. */
export const timeless =
  "by this machine's clock, and the input does not say when it was sent: give --now";

/** @throws an Error of the core where the JWK set is none */
export function createSetting({ jwks, secrets, now, ...given }: SettingOptions): Setting {
  const configuration = given.configuration ?? assumedConfiguration();
  const { masterKey } = configuration;
  const read = createSecrets(
    configuration.secrets,
    secrets ?? (() => undefined),
    allMechanisms.encryptedKeys,
    allMechanisms.secretMapping,
  );
  const madeUp = { kid: "", bytes: new Uint8Array(32) };
  const keys = secrets
    ? (reference: NonNullable<typeof masterKey>) => nonceKeys(read, reference)
    : async () => ({ signing: madeUp, all: [madeUp] });
  const runtime = { now, fetch: () => Promise.reject(new Error("Nothing is asked here.")), random };
  return {
    configuration,
    kit: { runtime, secrets: read, mechanisms: allMechanisms },
    assumed: given.configuration === undefined,
    secretsKnown: secrets !== undefined,
    fallback: anyAuthenticator(configuration),
    now,
    timeKnown: given.timeKnown ?? (() => true),
    ...(jwks === undefined ? {} : { keySets: offlineKeySets(jwks) }),
    ...(masterKey === undefined
      ? {}
      : { nonces: createNonces({ keys: () => keys(masterKey), now, random }) }),
  };
}

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

/** The keys of one file, for whichever issuer: nothing is fetched. */
function offlineKeySets(jwks: JsonObject): KeySets {
  const set = { keys: parseJwkSet(jwks, []) };
  return { current: async () => set, newer: async () => set };
}

/** Every path, every algorithm, and for the rest the documents' own defaults. */
function assumedConfiguration(): Configuration {
  const nowhere = "https://issuer.invalid";
  const result = compile(
    {
      mechanisms: {
        document: {
          mechanisms: {
            authenticators: [
              { id: "nobody", type: "unauthorized" },
              {
                id: "assumed",
                type: "jwt",
                config: {
                  jwks_endpoint: { url: nowhere },
                  assertions: {
                    issuers: [nowhere],
                    allowed_algorithms: algorithms.map(({ alg }) => alg),
                    proof_of_possession: { type: "dpop" },
                  },
                },
              },
            ],
            finalizers: [{ id: "nothing", type: "noop" }],
          },
          default_rule: { execute: [{ authenticator: "nobody" }, { finalizer: "nothing" }] },
        },
      },
      rules: [
        {
          document: {
            rules: [
              {
                id: "assumed",
                match: { routes: [{ path: "/" }, { path: "/**" }] },
                execute: [{ authenticator: "assumed" }],
              },
            ],
          },
        },
      ],
    },
    { environment: {} },
  );
  if (!result.ok)
    throw new Error(`The assumed documents do not compile: ${JSON.stringify(result.problems)}`);
  return result.configuration;
}

/** The authenticator to explain by where no rule could be found: the documents' first, or the assumed one. */
function anyAuthenticator(configuration: Configuration): JwtAuthenticator {
  const found = configuration.rules
    .flatMap(({ authenticators }) => authenticators)
    .find((each) => each.type === "jwt");
  return found ?? anyAuthenticator(assumedConfiguration());
}
