import { Refused } from "../decision.ts";
import { found } from "./found.ts";

/** Seconds. */
export interface IatWindow {
  readonly now: number;
  readonly maxAge: number;
  readonly leeway: number;
}

/**
 * RFC 9449 section 4.3, check 11: iat within [now - maxAge - leeway, now + leeway]. A fraction is
 * floored here, once, so that every later step sees the same whole second. Throws proof.iat.
 */
export function checkIat(iat: unknown, { now, maxAge, leeway }: IatWindow): number {
  const earliest = now - maxAge - leeway;
  const latest = now + leeway;
  const second = typeof iat === "number" ? Math.floor(iat) : Number.NaN;
  if (second >= earliest && second <= latest) return second;
  throw new Refused("proof.iat", { expected: `${earliest} to ${latest}`, found: found(iat) });
}
