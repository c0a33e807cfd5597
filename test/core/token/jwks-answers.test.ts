import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { longestDocument } from "../../../src/token/fetch-json.ts";
import { mostKeys } from "../../../src/token/jwk-set.ts";
import {
  type Answer,
  accessToken,
  authenticator,
  code,
  json,
  keySource,
  publishing,
  type SigningPair,
  signingPair,
  tokenEdge,
} from "./issuer-double.ts";

let key: SigningPair;
let other: SigningPair;
beforeAll(async () => {
  key = await signingPair("ES256", "one");
  other = await signingPair("ES256", "other");
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Seconds, for real: the deadline is the platform's timer, not the clock that is handed in. */
const soon = 0.05;

function authenticatorWith(timeout: number) {
  return { ...authenticator, keys: { ...keySource, endpoint: { ...keySource.endpoint, timeout } } };
}

function edge(answer: Answer) {
  const { clock, net, tokens } = tokenEdge(answer);
  const verify = async (timeout = soon, claims = {}) =>
    code(tokens.verify(await accessToken(key, { claims }), authenticatorWith(timeout)));
  return { clock, net, tokens, verify };
}

function streaming(...chunks: readonly Uint8Array[]): Response {
  const left = [...chunks];
  const body = new ReadableStream({
    pull(controller) {
      const chunk = left.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
  return new Response(body);
}

const silence = new Promise<Response>(() => undefined);
const bytes = (text: string) => new TextEncoder().encode(text);
const keySet = () => JSON.stringify({ keys: [key.jwk] });

describe("an answer that is accepted", () => {
  const rows: ReadonlyArray<readonly [string, Answer]> = [
    ["plain", () => json({ keys: [key.jwk] })],
    [
      "of another content type",
      () => new Response(keySet(), { headers: { "Content-Type": "text/plain" } }),
    ],
    ["in pieces", () => streaming(bytes(keySet().slice(0, 7)), bytes(keySet().slice(7)))],
    ["of exactly the greatest length", () => new Response(keySet().padEnd(longestDocument))],
    [
      "with as many keys as there may be",
      () => json({ keys: [...Array(mostKeys - 1).fill({}), key.jwk] }),
    ],
    ["with members that nobody asked for", () => json({ keys: [key.jwk], more: { keys: [] } })],
  ];
  test.each(rows)("%s", async (_, answer) => {
    expect(await edge(answer).verify()).toBe("accepted");
  });
});

describe("an answer that is a failure", () => {
  const big = () => keySet().padEnd(longestDocument + 1);
  const rows: ReadonlyArray<readonly [string, Answer]> = [
    ["404", () => new Response(keySet(), { status: 404 })],
    ["500", () => new Response(keySet(), { status: 500 })],
    ["201", () => new Response(keySet(), { status: 201 })],
    [
      "a redirect",
      () => new Response(keySet(), { status: 302, headers: { Location: "https://evil.example/" } }),
    ],
    ["an empty body", () => new Response(null)],
    ["HTML", () => new Response("<html>")],
    ["an array", () => json([key.jwk])],
    ["null", () => json(null)],
    ["no keys", () => json({})],
    ["keys that are no array", () => json({ keys: { 0: key.jwk } })],
    ["no key", () => json({ keys: [] })],
    [
      "no key that can verify",
      () =>
        json({
          keys: [
            { ...key.jwk, use: "enc" },
            { kty: "oct", k: "AAAA" },
          ],
        }),
    ],
    ["keys that are no objects", () => json({ keys: [key.kid, null] })],
    ["a key off its curve", () => json({ keys: [{ ...key.jwk, x: key.jwk.y }] })],
    ["too many keys", () => json({ keys: [...Array(mostKeys).fill({}), key.jwk] })],
    ["a duplicate member", () => new Response(keySet().replace("{", `{"keys":[],`))],
    [
      "a duplicate member within a key",
      () => new Response(keySet().replace('"kid"', '"kid":"x","kid"')),
    ],
    [
      "bytes that are no UTF-8",
      () => streaming(bytes(`{"x":"`), new Uint8Array([0xff]), bytes(`",${keySet().slice(1)}`)),
    ],
    ["one byte too many", () => new Response(big())],
    [
      "one byte too many, unannounced",
      () => streaming(bytes(big().slice(0, 9)), bytes(big().slice(9))),
    ],
    [
      "a length announced beyond the limit",
      () => new Response(keySet(), { headers: { "Content-Length": `${longestDocument + 1}` } }),
    ],
    ["no connection", () => Promise.reject(new TypeError("refused"))],
    ["silence", () => silence],
    [
      "a body that never ends",
      () => new Response(new ReadableStream({ pull: () => silence.then(() => undefined) })),
    ],
    [
      "a body that breaks off",
      () =>
        new Response(
          new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) }),
        ),
    ],
  ];
  test.each(rows)("%s", async (_, answer) => {
    expect(await edge(publishing(key)).verify()).toBe("accepted");
    const failing = edge(answer);
    expect(await failing.verify()).toBe("keys.unavailable");
    expect(failing.net.asked).toHaveLength(1);
  });
});

test.each([
  ["too long", { status: 200, headers: { "Content-Length": `${longestDocument + 1}` } }],
  ["a redirect", { status: 302, headers: { Location: "https://evil.example/" } }],
])("an answer that is %s is let go, so that its connection is free", async (_, init) => {
  const cancel = vi.fn();
  const answer = () => new Response(new ReadableStream({ cancel }), init);
  expect(await edge(answer).verify()).toBe("keys.unavailable");
  expect(cancel).toHaveBeenCalledTimes(1);
});

test("the request: no redirect is followed, no cache is asked, an end is set", async () => {
  const { net, verify } = edge(publishing(key));
  await verify();
  const init = net.asked[0]?.init;
  expect(init).toMatchObject({ method: "GET", redirect: "manual", cache: "no-store" });
  expect(init?.signal?.aborted).toBe(false);
  expect(new Headers(init?.headers).get("Accept")).toBe("application/json");
});

describe("nobody waits without end", () => {
  test("while one request fetches keys anew, the others go on with those at hand", async () => {
    const { clock, net, verify } = edge(publishing(key));
    const again = () => verify(keySource.endpoint.timeout, { exp: 2_000_000_000 });
    expect(await again()).toBe("accepted");
    const { promise, resolve } = Promise.withResolvers<Response>();
    net.answer = () => promise;
    clock.turn(600);
    const first = again();
    await vi.waitFor(() => expect(net.asked).toHaveLength(2));
    expect(await again()).toBe("accepted");
    resolve(json({ keys: [other.jwk] }));
    expect(await first).toBe("token.key");
    expect(await again()).toBe("token.key");
    expect(net.asked).toHaveLength(2);
  });

  /** A request that is cancelled on Workers: its fetch and its timers never come back. */
  async function cancelled({ net, tokens }: ReturnType<typeof edge>, timeout: number) {
    const token = await accessToken(key);
    const { answer } = net;
    const asked = Promise.withResolvers<void>();
    const late = Promise.withResolvers<Response>();
    net.answer = () => {
      asked.resolve();
      return late.promise;
    };
    const timers = vi.spyOn(globalThis, "setTimeout").mockImplementation(() => 0 as never);
    const verified = code(tokens.verify(token, authenticatorWith(timeout)));
    await asked.promise;
    timers.mockRestore();
    net.answer = answer;
    return { late, verified };
  }

  test("a fetch that was lost with its request is made again, once, by who waits for it", async () => {
    const here = edge(publishing(key));
    await cancelled(here, soon);
    const waiting = Promise.all([here.verify(), here.verify(), here.verify()]);
    expect(await waiting).toEqual(["accepted", "accepted", "accepted"]);
    expect(here.net.asked).toHaveLength(2);
  });

  test("where each fetch is lost, two are made and nobody waits on", async () => {
    const { setTimeout } = globalThis;
    const lost = (ring: () => void, wait?: number) =>
      wait === soon * 1000 ? (0 as never) : setTimeout(ring, wait);
    vi.spyOn(globalThis, "setTimeout").mockImplementation(lost as typeof setTimeout);
    const { net, verify } = edge(() => silence);
    expect(await verify()).toBe("keys.unavailable");
    expect(net.asked).toHaveLength(2);
  });

  test("who comes when it must have ended does not wait for it", async () => {
    const here = edge(publishing(key));
    await cancelled(here, 3600);
    here.clock.turn(3601);
    expect(await here.verify(3600, { exp: 2_000_000_000 })).toBe("accepted");
    expect(here.net.asked).toHaveLength(2);
  });

  test("an answer that comes after it was given up does not replace the newer one", async () => {
    const here = edge(publishing(key));
    const { late, verified } = await cancelled(here, 3600);
    here.clock.turn(3601);
    const again = () => here.verify(3600, { exp: 2_000_000_000 });
    expect(await again()).toBe("accepted");
    late.resolve(json({ keys: [other.jwk] }));
    expect(await verified).toBe("token.expired");
    expect(await again()).toBe("accepted");
  });
});
