import type { Detail, RefusalCode } from "./decision.ts";

/** One per request, allowed or refused. It holds no token, proof, nonce, query string or key. */
export interface DecisionEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: "allow" | "refuse" | "preflight" | "keys" | "metadata";
  readonly status?: number;
  readonly code?: RefusalCode;
  readonly rule?: string;
  readonly authenticator?: string;
  readonly method: string;
  readonly scheme?: "dpop" | "bearer";
  /** The proof's. */
  readonly alg?: string;
  readonly subject?: string;
  readonly clientId?: string;
  readonly jkt?: string;
  readonly detail?: Detail;
  /** Of an `internal`: the name and message of what was thrown by our own code. */
  readonly fault?: string;
  readonly milliseconds: number;
}

export type EventSink = (event: DecisionEvent) => void;
