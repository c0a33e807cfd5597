import { afterAll, beforeAll, expect } from "vitest";
import { type ClientOptions, type Exchange, logIn, type Session } from "../../../demo/client.ts";
import { generateKeys } from "../../../demo/keys.ts";
import { proof } from "../../../demo/proof.ts";
import { openStage, type Stage } from "../../../demo/stage.ts";
import { createStops, type Stops } from "../../../demo/stops.ts";
import { type Answer, type Message, member, send } from "../../../demo/wire.ts";
import { configure } from "./documents.ts";

/** Issuer, edge and upstream for one file of tests, and an honest client. */
export interface EndToEnd {
  readonly stage: Stage;
  readonly stops: Stops;
  readonly client: ClientOptions;
  at(path: string): string;
  loggedIn(): Promise<Session>;
  /** Of the requests that openid-client made since the last look. */
  exchanges(): Exchange[];
}

type Bound = Pick<Session, "accessToken" | "keys">;

export function endToEnd(): EndToEnd {
  const stops = createStops();
  const seen: Exchange[] = [];
  let ready: { readonly stage: Stage; readonly client: ClientOptions } | undefined;
  const started = () => {
    if (ready === undefined) throw new Error("Only inside of a test.");
    return ready;
  };
  beforeAll(async () => {
    const stage = await openStage({ configure }, stops);
    const { issuer, origin: resource } = stage;
    const watch = (exchange: Exchange) => void seen.push(exchange);
    const client = { issuer, resource, scope: "read", keys: await generateKeys(), watch };
    ready = { stage, client };
  });
  afterAll(() => stops.all());
  return {
    stops,
    get stage() {
      return started().stage;
    },
    get client() {
      return started().client;
    },
    at: (path) => `${started().stage.origin}${path}`,
    async loggedIn() {
      const session = await logIn(started().client);
      seen.length = 0;
      return session;
    },
    exchanges: () => seen.splice(0),
  };
}

/** Calls with a nonce of the edge and a proof made by hand, for what openid-client would not send. */
export async function present(
  session: Bound,
  url: string,
  { method = "GET", headers = {} }: Message = {},
): Promise<Answer> {
  const nonce = await nonceFor(session, url);
  const dpop = await proof(session.keys, { method, url, token: session.accessToken, nonce });
  const authorization = `DPoP ${session.accessToken}`;
  return send(url, { method, headers: { ...headers, authorization, dpop } });
}

/** As a challenge gives it; undefined where there is none. */
export async function nonceFor({ accessToken, keys }: Bound, url: string) {
  const request = { method: "GET", url, token: accessToken, nonce: undefined };
  const dpop = await proof(keys, request);
  const answer = await send(url, { headers: { authorization: `DPoP ${accessToken}`, dpop } });
  return answer.headers.get("dpop-nonce") ?? undefined;
}

export function expectRefusal(answer: Answer, status: number, code: string, error?: string): void {
  expect({
    status: answer.status,
    code: member(answer.body, "code"),
    error: member(answer.body, "error"),
    store: answer.headers.get("cache-control"),
  }).toEqual({ status, code, error, store: "no-store" });
}
