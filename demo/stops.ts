interface Stoppable {
  stop(): Promise<void>;
}

/** What has been started and must end, the latest first, once. */
export interface Stops {
  /** What is added after the end has begun ends at once. */
  add<Started extends Stoppable>(started: Started): Promise<Started>;
  all(): Promise<void>;
}

export function createStops(): Stops {
  const started: Stoppable[] = [];
  let ended = false;
  return {
    async add(server) {
      if (ended) await server.stop();
      else started.push(server);
      return server;
    },
    async all() {
      ended = true;
      for (let last = started.pop(); last !== undefined; last = started.pop()) await last.stop();
    },
  };
}
