import type { ServerResponse } from "node:http";
import { parsed } from "./answer.ts";

/** The edge's decision events, live, for whoever listens (server-sent events). */
export interface Newsroom {
  readonly publish: (line: string) => void;
  readonly subscribe: (response: ServerResponse) => void;
}

export function createNewsroom(): Newsroom {
  const readers = new Set<ServerResponse>();
  return {
    publish(line) {
      // A Worker may log more than events.
      if (typeof parsed(line)?.outcome !== "string") return;
      for (const reader of readers) reader.write(`data: ${line}\n\n`);
    },
    subscribe(response) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(": welcome\n\n");
      readers.add(response);
      response.on("close", () => readers.delete(response));
    },
  };
}
