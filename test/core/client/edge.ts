import {
  createDpopClient,
  type DpopClientOptions,
  type DpopKey,
} from "../../../src/client/index.ts";
import type { Configuration } from "../../../src/configuration.ts";
import { configuration, createWorld, origin, type World } from "../authorizer/world.ts";

/** One request that reached the edge. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: string | undefined;
  /** What was decided: 200, or the refusal's code. */
  readonly outcome: number | string;
}

export interface EdgeDouble {
  readonly world: World;
  readonly seen: Seen[];
  readonly outcomes: () => (number | string)[];
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Answers in place of the upstream; undefined: 200. */
  upstream: (url: URL, seen: Omit<Seen, "outcome">) => Response | undefined | Promise<Response>;
  /** Milliseconds by which the edge's clock is ahead of the client's. */
  ahead: number;
  /** Its Date field; undefined: none. */
  date: () => string | undefined;
  /** What a client in front of it is made of, with a token that is bound to its key. */
  client(changed?: DpopClientOptions): ReturnType<typeof createDpopClient>;
  token(key: DpopKey): Promise<string>;
}

export const api = `${origin}/api/x`;

/** The line itself, with everything but the network: what the client meets is what the edge does. */
export function edgeDouble(settings: Configuration = configuration): EdgeDouble {
  const world = createWorld(settings);
  const start = world.clock.seconds;
  const seen: Seen[] = [];
  const clientNow = () => world.clock.seconds * 1000 - edge.ahead;
  const edge: EdgeDouble = {
    world,
    seen,
    outcomes: () => seen.map(({ outcome }) => outcome),
    ahead: 0,
    date: () => new Date(world.clock.seconds * 1000).toUTCString(),
    upstream: () => undefined,
    async fetch(url, init) {
      const { method = "GET", redirect } = init;
      const headers = new Headers(init.headers);
      const body = await new Response(init.body).text();
      const request = { method, url, headers, body, redirect };
      const decision = await world.authorizer.authorize({ method, url, headers });
      if (decision.kind !== "allow") {
        seen.push({ ...request, outcome: decision.code ?? decision.status });
        return dated(new Response(decision.body, decision));
      }
      seen.push({ ...request, outcome: 200 });
      const answer = (await edge.upstream(new URL(url), request)) ?? new Response("ok");
      const rewritten = decision.responseHeaders(answer.headers, answer.status);
      return dated(new Response(answer.body, { status: answer.status, headers: rewritten }));
    },
    client: (changed = {}) => {
      const client = createDpopClient({
        fetch: edge.fetch,
        now: clientNow,
        origins: [origin],
        token: async () => edge.token(await client.key()),
        ...changed,
      });
      return client;
    },
    token: (key) =>
      world.accessToken({ cnf: { jkt: key.thumbprint }, iat: start, exp: start + 86_400 }),
  };
  function dated(response: Response): Response {
    const date = edge.date();
    if (date !== undefined) response.headers.set("Date", date);
    return response;
  }
  return edge;
}
