export { createClaimPaths as claimPath } from "../claim-path/evaluate.ts";
