import { isRecord } from "../src/record.ts";
/** Of a request: method and header fields; a list sends a field that many times. */
export interface Message {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One request as given, by Node's http or by a browser's fetch. */
export type Send = (url: string, message?: Message) => Promise<Answer>;

/** A member of a JSON object body; undefined when the body is none, or the member no string. */
export function member(body: string, name: string): string | undefined {
  const found = parsed(body)?.[name];
  return typeof found === "string" ? found : undefined;
}

/** A JSON object; undefined for any other text. */
export function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
