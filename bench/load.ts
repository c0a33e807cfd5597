import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What a load came to. */
export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds of each request, sorted. */
  readonly latencies: readonly number[];
  /** How many answers had each status. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** One request, as it goes over the wire; a body is ASCII. */
export function wire(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
  body = "",
): Buffer {
  const length = body === "" ? {} : { "Content-Length": body.length };
  const fields = Object.entries({ ...headers, ...length }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: */*\r\nUser-Agent: bench\r\n${fields.join("")}\r\n${body}`,
    "latin1",
  );
}

/**
 * Sends every request once over so many keep-alive connections, each with one request at a time.
 * Raw sockets, since an HTTP client costs more than what is measured. `rate`: so many a second at
 * most, each timed from the moment at which it was due.
 */
export async function load(
  port: number,
  requests: readonly Buffer[],
  connections: number,
  rate = Number.POSITIVE_INFINITY,
): Promise<Load> {
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  let next = 0;
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port)));
  const began = performance.now();
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve, reject) => {
          let arrived = "";
          let since = 0;
          const send = () => {
            const index = next++;
            const request = requests[index];
            if (request === undefined) return resolve();
            const due = began + (index * 1000) / rate;
            const wait = due - performance.now();
            since = Math.max(due, rate === Number.POSITIVE_INFINITY ? performance.now() : 0);
            if (wait > 1) setTimeout(() => socket.write(request), wait);
            else socket.write(request);
          };
          socket.on("data", (chunk) => {
            arrived += chunk.toString("latin1");
            const status = answered(arrived);
            if (status === undefined) return;
            arrived = "";
            latencies.push(performance.now() - since);
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            send();
          });
          socket.on("error", reject);
          socket.on("close", () => reject(new Error("a connection was closed")));
          send();
        }),
    ),
  );
  const seconds = (performance.now() - began) / 1000;
  for (const socket of sockets) socket.removeAllListeners("close").destroy();
  latencies.sort((a, b) => a - b);
  return { requests: latencies.length, seconds, latencies, statuses };
}

/** One request, and the head of its answer. */
export async function ask(port: number, request: Buffer): Promise<string> {
  const socket = await opened(port);
  socket.write(request);
  let arrived = "";
  for await (const chunk of socket) {
    arrived += chunk.toString("latin1");
    if (answered(arrived) !== undefined) break;
  }
  socket.destroy();
  return arrived;
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export async function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** The status, once the whole answer is there. */
export function answered(text: string): number | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const whole =
    length === undefined
      ? text.endsWith("\r\n0\r\n\r\n") || !/\r\ntransfer-encoding:/i.test(head)
      : text.length >= end + 4 + Number(length);
  return whole ? Number(head.slice(9, 12)) : undefined;
}
