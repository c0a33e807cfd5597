import { once } from "node:events";
import { createServer } from "node:net";

/**
 * The port asked for, once it is known to be free on 127.0.0.1, or any free one for 0. Throws an
 * Error that names a port that is taken.
 */
export async function freePort(port = 0): Promise<number> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    throw new Error(`Port ${port} of 127.0.0.1 cannot be listened on; choose another with --port.`);
  }
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}
