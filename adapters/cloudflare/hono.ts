import type { MiddlewareHandler } from "hono";
import type { Principal } from "../../src/decision.ts";
import type { Equipped } from "../../src/mechanisms.ts";
import { createEdge } from "./edge.ts";
import type { ProtectOptions } from "./index.ts";
import { rewritten } from "./rewritten.ts";

export type { Principal } from "../../src/decision.ts";

/** What handlers behind `dpop` find in their context. */
export interface DpopVariables {
  /** Who has proven possession of the token's key: `c.get("principal")`. */
  readonly principal: Principal;
}

/**
 * `protect` as a Hono middleware: what is behind it runs only for requests that the documents let
 * pass. It sees them without token and proof and with the internal token; what is refused is
 * answered here. The entry module must also export `ReplayShard`, and the Worker bind it as REPLAY.
 */
export function dpop(
  configuration: Equipped,
  options: ProtectOptions = {},
): MiddlewareHandler<{ Variables: DpopVariables }> {
  const edge = createEdge<unknown>(configuration, options.replayBinding);
  return async (c, next) => {
    const answer = await edge(c.req.raw, c.env, contextOf(c.executionCtx), async (asked, allow) => {
      c.req.raw = new Request(asked.request(), { headers: allow.headers });
      c.set("principal", allow.principal);
      await next();
      return { response: await rewritten(c.res, allow) };
    });
    // Hono adds the fields of an answer that stands already: the edge says which ones go out.
    c.res = undefined;
    c.res = answer;
  };
}

/** Hono's own type of the platform's object lacks what only newer runtimes have. */
function contextOf(context: { waitUntil(promise: Promise<unknown>): void }): ExecutionContext {
  return context as ExecutionContext;
}
