import type { Configuration } from "../../../src/configuration.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import { noNonce, request, signedHeaders, type World } from "./world.ts";

/** With `serve.revocation`. */
export const revoking = (
  changed: Configuration = noNonce,
  onFailure: "refuse" | "pass" = "refuse",
) => ({
  ...changed,
  revocation: { staleness: 10, onFailure },
  needs: ["revocation" as const],
  mechanisms: allMechanisms,
});

export async function call(world: World, changed: Parameters<typeof signedHeaders>[1] = {}) {
  const headers = await signedHeaders(world, changed);
  return await world.authorizer.authorize(request({ ...headers }));
}

/** How a request of the honest client ends. */
export const code = async (...of: Parameters<typeof call>) => {
  const decision = await call(...of);
  return decision.kind === "refuse" ? decision.code : decision.kind;
};
