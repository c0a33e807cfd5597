import { createServer, type RequestListener } from "node:http";

/** A server on the loopback interface that somebody must stop. */
export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function listen(
  listener: (url: string) => RequestListener | Promise<RequestListener>,
): Promise<Running> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${portOf(server.address())}`;
  server.on("request", await listener(url));
  return {
    url,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function portOf(address: string | { port: number } | null): number {
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}
