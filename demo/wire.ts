import { request } from "node:http";

export interface Message {
  readonly method?: string;
  /** A list sends the field that many times. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * One request on a connection of its own, byte for byte as given: `fetch` would join repeated
 * fields and clean up the path.
 */
export function send(url: string, { method = "GET", headers = {} }: Message = {}): Promise<Answer> {
  const { hostname, port, origin } = new URL(url);
  const path = url.slice(origin.length);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, path, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: headersOf(response.rawHeaders),
            body: Buffer.concat(chunks).toString("utf8"),
          });
        });
      },
    );
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error("No answer in 10 seconds.")));
    outgoing.on("error", reject);
    outgoing.end();
  });
}

function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    headers.append(raw[index] ?? "", raw[index + 1] ?? "");
  }
  return headers;
}

/** A member of a JSON object body; undefined when the body is none, or the member no string. */
export function member(body: string, name: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const found = isRecord(value) ? value[name] : undefined;
    return typeof found === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
