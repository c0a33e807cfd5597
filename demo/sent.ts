import { isRecord } from "../src/record.ts";
import type { Answer, Message, Send } from "./answer.ts";

/** A request and its answer, as much of them as the playground shows. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  /** Scheme and token; absent: none was sent. */
  readonly authorization?: string;
  readonly proofs: readonly string[];
  readonly status: number;
  /** WWW-Authenticate. */
  readonly challenge?: string;
  /** DPoP-Nonce. */
  readonly nonce?: string;
  readonly body: string;
  /** Milliseconds since the epoch at which it was sent. */
  readonly at: number;
}

/** `send`, and word of every request. */
export function recorded(send: Send, record: (sent: Sent) => void): Send {
  return async (url, message = {}) => {
    const at = Date.now();
    const answer = await send(url, message);
    record(sentOf(url, message, answer, at));
    return answer;
  };
}

export function sentOf(url: string, message: Message, answer: Answer, at: number): Sent {
  const { authorization, dpop = [] } = message.headers ?? {};
  const challenge = answer.headers.get("WWW-Authenticate");
  const nonce = answer.headers.get("DPoP-Nonce");
  return {
    method: message.method ?? "GET",
    url,
    ...(typeof authorization === "string" ? { authorization } : {}),
    proofs: typeof dpop === "string" ? [dpop] : dpop,
    status: answer.status,
    ...(challenge === null ? {} : { challenge }),
    ...(nonce === null ? {} : { nonce }),
    body: answer.body,
    at,
  };
}

export function isSent(value: unknown): value is Sent {
  return (
    isRecord(value) &&
    typeof value.method === "string" &&
    typeof value.url === "string" &&
    typeof value.status === "number" &&
    typeof value.body === "string" &&
    typeof value.at === "number" &&
    Array.isArray(value.proofs)
  );
}
