import { Refused } from "../decision.ts";
import { type AlgorithmRow, algorithm } from "../jws/algorithms.ts";

/**
 * RFC 8725 section 3.1: the document decides, not the token. Only asymmetric algorithms have a row,
 * so `none` and HS* are refused even where a document could name them.
 * @throws Refused token.alg
 */
export function allowedAlgorithm(alg: unknown, allowed: readonly string[]): AlgorithmRow {
  const row = typeof alg === "string" && allowed.includes(alg) ? algorithm(alg) : undefined;
  if (row === undefined) throw new Refused("token.alg", { expected: allowed.join(", ") });
  return row;
}
