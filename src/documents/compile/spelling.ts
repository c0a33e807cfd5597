import { isRecord } from "../../record.ts";
import type { Path } from "../problem.ts";

// Two spellings of one setting must meet before they are merged: a rule may use the other one.

/** A URL alone stands for a mapping. */
const endpointKeys = [
  "jwks_endpoint",
  "metadata_endpoint",
  "introspection_endpoint",
  "identity_info_endpoint",
];

/** A config in the one spelling that the rest of the compiler knows. */
export function canonical(config: unknown): unknown {
  if (!isRecord(config)) return config === undefined ? {} : config;
  const { subject, signer, ...rest } = config;
  const named: Record<string, unknown> = { ...rest };
  if (subject !== undefined && named.principal === undefined) named.principal = subject;
  if (signer !== undefined) named.signer = canonicalSigner(signer);
  for (const key of endpointKeys) {
    if (typeof named[key] === "string") named[key] = { url: named[key] };
  }
  const { assertions } = named;
  if (isRecord(assertions) && Array.isArray(assertions.scopes)) {
    const scopes = { matching_strategy: "exact", values: assertions.scopes };
    named.assertions = { ...assertions, scopes };
  }
  return named;
}

function canonicalSigner(signer: unknown): unknown {
  if (!isRecord(signer)) return signer;
  const { source, selector, secret, ...rest } = signer;
  const reference = {
    ...(isRecord(secret) ? secret : {}),
    ...(source === undefined ? {} : { source }),
    ...(selector === undefined ? {} : { selector }),
  };
  return Object.keys(reference).length === 0 ? rest : { ...rest, secret: reference };
}

/** Where a canonical setting was written, for messages. */
export function writtenPath(config: unknown, path: Path): Path {
  const [first, second, ...rest] = path;
  if (!isRecord(config) || typeof first !== "string") return path;
  if (first === "principal" && config.principal === undefined && config.subject !== undefined) {
    return ["subject", ...path.slice(1)];
  }
  if (first === "signer" && second === "secret" && isRecord(config.signer)) {
    return isRecord(config.signer.secret) ? path : ["signer", ...rest];
  }
  if (endpointKeys.includes(first) && typeof config[first] === "string") return [first];
  return path;
}

/** Settings that are written in both spellings: which of the two counts would be a guess. */
export function doubled(config: unknown): readonly { readonly path: Path; readonly as: string }[] {
  if (!isRecord(config)) return [];
  const twice: { path: Path; as: string }[] = [];
  if (config.subject !== undefined && config.principal !== undefined) {
    twice.push({ path: ["subject"], as: "principal" });
  }
  const { signer } = config;
  if (isRecord(signer) && signer.secret !== undefined) {
    for (const key of ["source", "selector"]) {
      if (signer[key] !== undefined) twice.push({ path: ["signer", key], as: "signer.secret" });
    }
  }
  return twice;
}
