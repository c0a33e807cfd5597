import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { UsageError } from "../exit.ts";
import { notHeard } from "../network/free-port.ts";

/** Waits on 127.0.0.1 for the browser to come back (RFC 8252 section 7.3). */
export interface Loopback {
  readonly redirectUri: string;
  /** The URL of the answer whose `state` this is; others are turned away. */
  answer(state: string | null): Promise<URL>;
  stop(): void;
}

/** @throws UsageError where the port is taken */
export async function listenForBrowser(port: number): Promise<Loopback> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((error: unknown) => {
    throw new UsageError(notHeard(`Port ${port} of 127.0.0.1`, "--port", error));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const redirectUri = `http://127.0.0.1:${address.port}/callback`;
  return {
    redirectUri,
    answer: (state) =>
      new Promise((resolve) => {
        server.on("request", ({ url = "" }, response) => {
          const asked = URL.canParse(url, redirectUri) ? new URL(url, redirectUri) : undefined;
          // Any page can send a browser here: only who knows the state is the issuer's answer.
          if (asked?.pathname !== "/callback" || asked.searchParams.get("state") !== state) {
            say(response, 404, "There is nothing here.");
            return;
          }
          const failed = asked.searchParams.has("error");
          say(response, failed ? 400 : 200, failed ? "The login failed." : "You are logged in.");
          resolve(asked);
        });
      }),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
  });
  response.end(`${text} You can close this page.\n`);
}
