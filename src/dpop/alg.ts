import { Refused } from "../decision.ts";
import { type AlgorithmRow, algorithm } from "../jws/algorithms.ts";
import { found } from "./found.ts";

/** RFC 9449 section 4.3, check 5: asymmetric, known here, and on the document's list. Throws proof.alg. */
export function checkAlg(alg: unknown, allowed: readonly string[]): AlgorithmRow {
  const row = algorithm(alg);
  if (row !== undefined && allowed.includes(row.alg)) return row;
  throw new Refused("proof.alg", { expected: allowed.join(" "), found: found(alg) });
}
