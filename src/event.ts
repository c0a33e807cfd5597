import type { DecisionEvent } from "./documents/schema/event.ts";

/**
 * One per request, allowed or refused: docs/events.md and schema/event.schema.json say what it
 * holds, and come from the same source. No token, proof, nonce, cookie, query string, key or
 * control character is ever in it.
 */
export type { DecisionEvent } from "./documents/schema/event.ts";

export type EventSink = (event: DecisionEvent) => void;
