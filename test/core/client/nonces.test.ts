import { describe, expect, test } from "vitest";
import { memoryNonces, sharedNonces } from "../../../src/client/index.ts";
import { nonceOf } from "../../../src/client/nonces.ts";
import { api, edgeDouble } from "./edge.ts";

type Listener = (event: { readonly data: unknown }) => void;

/** As BroadcastChannel: what one posts, all others get, later. */
function channels() {
  const ports: Listener[][] = [];
  return () => {
    const listeners: Listener[] = [];
    ports.push(listeners);
    return {
      postMessage(message: unknown) {
        const data: unknown = structuredClone(message);
        const others = ports.filter((port) => port !== listeners);
        queueMicrotask(() => {
          for (const listener of others.flat()) listener({ data });
        });
      },
      addEventListener: (_: "message", listener: Listener) => void listeners.push(listener),
    };
  };
}

const settled = () => new Promise((done) => setTimeout(done, 0));
const a = "https://a.example";

describe("shared nonces", () => {
  test("given to one tab are known to all", async () => {
    const open = channels();
    const [one, other] = [sharedNonces(open()), sharedNonces(open())];
    one.set(a, "1");
    await settled();
    expect([one.get(a), other.get(a)]).toEqual(["1", "1"]);
    other.set(a, "2");
    await settled();
    expect(one.get(a)).toBe("2");
    expect(one.get("https://b.example")).toBeUndefined();
  });

  test("are told to a tab that opens late", async () => {
    const open = channels();
    sharedNonces(open()).set(a, "1");
    const late = sharedNonces(open());
    await settled();
    expect(late.get(a)).toBe("1");
  });

  test("are not told again and again", async () => {
    const open = channels();
    const heard: unknown[] = [];
    const [one] = [sharedNonces(open()), sharedNonces(open())];
    await settled();
    open().addEventListener("message", ({ data }) => void heard.push(data));
    for (let times = 0; times < 3; times += 1) one?.set(a, "1");
    await settled();
    expect(heard).toEqual([{ origin: a, dpopNonce: "1" }]);
  });

  test("are nothing else that a channel may carry", async () => {
    const open = channels();
    const nonces = sharedNonces(open());
    const stranger = open();
    for (const message of [null, 1, "x", [], {}, { origin: a }, { origin: a, dpopNonce: 1 }]) {
      stranger.postMessage(message);
    }
    stranger.postMessage({ origin: a, dpopNonce: "two words" });
    await settled();
    expect(nonces.get(a)).toBeUndefined();
  });

  test("save the second tab its challenge", async () => {
    const edge = edgeDouble();
    const open = channels();
    const [one, other] = [
      edge.client({ nonces: sharedNonces(open()) }),
      edge.client({ nonces: sharedNonces(open()) }),
    ];
    await one.fetch(api);
    await settled();
    expect((await other.fetch(api)).status).toBe(200);
    expect(edge.outcomes()).toEqual(["nonce.missing", 200, 200]);
  });
});

describe("nonces in memory", () => {
  test("are one for each origin, the latest", () => {
    const nonces = memoryNonces();
    nonces.set(a, "1");
    nonces.set(a, "2");
    nonces.set("https://a.example:8443", "3");
    expect(nonces.get(a)).toBe("2");
  });

  test("have a bound", () => {
    const nonces = memoryNonces();
    for (let n = 0; n < 1000; n += 1) nonces.set(`https://${n}.example`, `${n}`);
    expect(nonces.get("https://0.example")).toBeUndefined();
    expect(nonces.get("https://999.example")).toBe("999");
  });
});

test.each([
  ["abc-._~", true],
  ["", false],
  ["one, two", false],
  ['a"b', false],
  ["x".repeat(2049), false],
])("a DPoP-Nonce field of %j is one: %s", (field, is) => {
  expect(nonceOf(new Headers({ "DPoP-Nonce": field }))).toBe(is ? field : undefined);
});
