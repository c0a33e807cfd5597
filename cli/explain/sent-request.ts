/** A request as it was sent, from wherever it was written down. */
export interface SentRequest {
  readonly method: string;
  /** Absolute, its path as it was written; without a fragment. */
  readonly url: string;
  readonly headers: Headers;
  /** As far as it was written down. */
  readonly bodyText?: string;
  /** Bytes, where they are known. */
  readonly bodyLength?: number;
  /** Milliseconds since the epoch, by the sender's clock. */
  readonly sentAt?: number;
  readonly endedAt?: number;
  readonly answer?: Answered;
  /** What whoever wrote it down may have left out, for the report. */
  readonly note?: string;
}

export interface Answered {
  /** 0: nobody answered. */
  readonly status: number;
  readonly headers: Headers;
  /** As far as it was written down. */
  readonly body?: string;
}

/** What was given cannot be read as a request: says what was wrong, where, and what to give instead. */
export class UnreadableRequest extends Error {
  override readonly name = "UnreadableRequest";
}

/** Field names and values as they were written; a repeated field is joined as platforms join it. */
export function headersOf(fields: Iterable<readonly [name: string, value: string]>): Headers {
  const headers = new Headers();
  for (const [name, value] of fields) {
    try {
      headers.append(name, value);
    } catch {
      if (value.includes("\u2026")) {
        throw new UnreadableRequest(
          `The header ${JSON.stringify(name.slice(0, 40))} holds "\u2026": it was shortened. Give it whole; explain masks it in what it says.`,
        );
      }
      // Not echoed: the value may be a token that broke over two lines.
      throw new UnreadableRequest(
        `The header ${JSON.stringify(name.slice(0, 40))} holds what no header can: a line break, or characters beyond Latin-1.`,
      );
    }
  }
  return headers;
}
