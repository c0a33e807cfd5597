import { request } from "node:http";
import type { Answer, Message } from "./answer.ts";

export { type Answer, type Message, member } from "./answer.ts";

/**
 * One request on a connection of its own, byte for byte as given: `fetch` would join repeated
 * fields and clean up the path.
 */
export function send(
  url: string,
  { method = "GET", headers = {}, body = "" }: Message = {},
): Promise<Answer> {
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
    outgoing.end(body);
  });
}

function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    headers.append(raw[index] ?? "", raw[index + 1] ?? "");
  }
  return headers;
}
