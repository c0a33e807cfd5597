import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";

/** Of these statuses a Response has no body. */
const withoutBody = new Set([101, 204, 205, 304]);

/**
 * fetch as a proxy needs it: nothing is decoded, followed or timed out, since a stream may be silent
 * for an hour. Rejects where there is no answer; an answer that breaks off errors its body.
 */
export function connect(url: string, init: RequestInit): Promise<Response> {
  const { method = "GET", headers, body, signal } = init;
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, {
      method,
      headers: Object.fromEntries(new Headers(headers)),
      ...(signal ? { signal } : {}),
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const status = incoming.statusCode ?? 502;
      const received = new Headers();
      for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
        received.append(incoming.rawHeaders[at] ?? "", incoming.rawHeaders[at + 1] ?? "");
      }
      // RFC 9110 section 15: what is no status is no answer, and must not end the process.
      if (status < 200 || status > 599) {
        incoming.destroy();
        reject(new TypeError(`the server answered ${status}, which is no status`));
        return;
      }
      const empty = withoutBody.has(status) || method === "HEAD";
      if (empty) incoming.resume();
      const stream = empty ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
      resolve(new Response(stream, { status, headers: received }));
    });
    if (body === undefined || body === null) outgoing.end();
    else if (typeof body === "string" || body instanceof ArrayBuffer) {
      outgoing.end(typeof body === "string" ? body : new Uint8Array(body));
    } else if (body instanceof ReadableStream) {
      Readable.fromWeb(body as NodeStream)
        .on("error", (broken) => outgoing.destroy(broken))
        .pipe(outgoing);
    } else reject(new TypeError("A body is text, bytes or a stream here."));
  });
}
