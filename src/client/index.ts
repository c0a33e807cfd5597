// The package's export "dpop-edge/client": for whoever calls an API that demands DPoP.
export { type DpopKey, type GenerateOptions, generateKey, keyFromPair } from "./key.ts";
export { exportKey, type ImportOptions, importKey } from "./key-text.ts";
export { createProof, type ProofOptions } from "./proof.ts";
