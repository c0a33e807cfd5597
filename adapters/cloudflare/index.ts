import type { Principal } from "../../src/decision.ts";
import type { Equipped } from "../../src/mechanisms.ts";
import { type CarryOut, createEdge } from "./edge.ts";
import { forward } from "./proxy.ts";
import { rewritten } from "./rewritten.ts";

export type { Configuration } from "../../src/configuration.ts";
export type { Principal } from "../../src/decision.ts";
export type { Equipped } from "../../src/mechanisms.ts";
export type {} from "../../src/web-names.ts";
export { ReplayShard } from "./replay-shard.ts";
export { RevocationList } from "./revocation-list.ts";

/** A Worker's default export, a Hono app: whatever answers requests. */
export interface App<Env> {
  fetch(request: Request, env: Env, context: ExecutionContext): Response | Promise<Response>;
}

export interface ProtectOptions {
  /** The name of the Durable Object binding whose class is `ReplayShard`; REPLAY by default. */
  readonly replayBinding?: string;
}

export interface Protected<Env> {
  fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response>;
}

const principals = new WeakMap<Request, Principal>();

/**
 * Puts the rules of `configuration` in front of a Worker: the app sees only verified requests,
 * without token and proof and with the internal token, and `principalOf` says whose they are. The
 * app answers in place of an upstream, so `forward_to` has no say. An app that throws ends as 500.
 *
 * The entry module must also export `ReplayShard`, and the Worker bind it as REPLAY; where the
 * documents have `serve.revocation`, `RevocationList` and REVOCATIONS too.
 */
export function protect<Env>(
  app: App<Env>,
  configuration: Equipped,
  options: ProtectOptions = {},
): Protected<Env> {
  const edge = createEdge<Env>(configuration, options.replayBinding);
  const carryOut: CarryOut<Env> = async (asked, allow, env, context) => {
    const verified = new Request(asked.request(), { headers: allow.headers });
    principals.set(verified, allow.principal);
    return { response: await rewritten(await app.fetch(verified, env, context), allow) };
  };
  return { fetch: (request, env, context) => edge(request, env, context, carryOut) };
}

/**
 * A Worker in front of an origin: what is allowed goes where its rule's `forward_to` says, with the
 * internal token and without token and proof.
 *
 * The entry module must also export `ReplayShard`, and the Worker bind it as REPLAY; where the
 * documents have `serve.revocation`, `RevocationList` and REVOCATIONS too.
 */
export function proxy<Env>(configuration: Equipped, options: ProtectOptions = {}): Protected<Env> {
  const edge = createEdge<Env>(configuration, options.replayBinding);
  return { fetch: (request, env, context) => edge(request, env, context, forward) };
}

/**
 * Who sent a request that `protect` let through: ask with the very object that the app received
 * (`c.req.raw` in Hono). Undefined for any other request, a copy included.
 */
export function principalOf(request: Request): Principal | undefined {
  return principals.get(request);
}
