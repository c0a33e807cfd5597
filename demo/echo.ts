import { isRecord } from "../src/record.ts";

/** What the upstream tells of a request that it let in. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  /** Names in lower case; repeated fields joined as Node joins them. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** The claims of the internal token, verified. */
  readonly caller: Readonly<Record<string, unknown>>;
}

export function parseEcho(text: string): Echo {
  const value: unknown = JSON.parse(text);
  if (!isEcho(value)) throw new Error("That is no answer of the upstream.");
  return value;
}

function isEcho(value: unknown): value is Echo {
  return (
    isRecord(value) &&
    typeof value.method === "string" &&
    typeof value.url === "string" &&
    typeof value.body === "string" &&
    isRecord(value.headers) &&
    isRecord(value.caller)
  );
}
