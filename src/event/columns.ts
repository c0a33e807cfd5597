import type { DecisionEvent } from "../event.ts";

/** An event's columns in Analytics Engine, in their order: docs/events.md names them. Only ever add at the end. */
export function columnsOf(event: DecisionEvent): {
  readonly indexes: string[];
  readonly blobs: string[];
  readonly doubles: number[];
} {
  const { upstream, replay } = event;
  return {
    // At most 96 bytes: 32 characters of UTF-8 at most.
    indexes: [(event.rule ?? "").slice(0, 32)],
    blobs: [
      event.outcome,
      event.code ?? "",
      event.alg ?? "",
      event.client ?? "",
      event.route ?? "",
      event.method,
      event.scheme ?? "",
      event.nonce ?? "",
      event.would ?? "",
      upstream?.problem ?? "",
      event.issuer ?? "",
      event.region ?? "",
      replay?.shard ?? "",
      event.documents ?? "",
      event.revocation ?? "",
    ],
    doubles: [
      event.count ?? 1,
      event.duration,
      event.status ?? 0,
      event.proof_age ?? 0,
      event.clock_skew ?? 0,
      upstream?.status ?? 0,
      upstream?.duration ?? 0,
    ],
  };
}
