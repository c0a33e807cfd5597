import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";

export interface Loopback {
  /** host:port */
  readonly host: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** A server on a free port of 127.0.0.1. */
export async function listen(listener: RequestListener): Promise<Loopback> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const host = `127.0.0.1:${address.port}`;
  return {
    host,
    url: `http://${host}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Answers requests as a Worker would. */
export function answering(
  answer: (request: Request) => Response | Promise<Response>,
): RequestListener {
  return async (message, response) => {
    const answered = await answer(await requestOf(message));
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.end(Buffer.from(await answered.arrayBuffer()));
  };
}

async function requestOf(message: IncomingMessage): Promise<Request> {
  const { method = "GET", url = "/", headers } = message;
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  const bodiless = method === "GET" || method === "HEAD";
  return new Request(`http://${headers.host ?? "127.0.0.1"}${url}`, {
    method,
    headers: Object.fromEntries(fields),
    ...(bodiless ? {} : { body: Buffer.concat(chunks) }),
  });
}
