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
  } catch (error) {
    throw new Error(notHeard(`Port ${port} of 127.0.0.1`, "--port", error));
  }
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}

/** Why nobody can listen there, and what to change. */
export function notHeard(place: string, option: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const choose = `choose another with ${option}, or 0 for any that is free`;
  if (code === "EADDRINUSE") return `${place} is taken by another program: ${choose}.`;
  if (code === "EACCES") return `${place} is not yours to listen on: ${choose}.`;
  return `${place} cannot be listened on: ${choose}.`;
}
