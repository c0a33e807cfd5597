import "fake-indexeddb/auto";
import { IDBObjectStore as FDBObjectStore, indexedDB } from "fake-indexeddb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { indexedDbKeyStore, tabNonces } from "../../../adapters/browser/index.ts";
import {
  createDpopClient,
  DpopError,
  exportKey,
  generateKey,
  memoryKeyStore,
} from "../../../src/client/index.ts";
import { origin } from "../../core/authorizer/world.ts";
import { api, edgeDouble } from "../../core/client/edge.ts";

describe("a key in IndexedDB", () => {
  test("outlives the page and cannot be read", async () => {
    const keyStore = () => indexedDbKeyStore({ database: "reload" });
    const key = await createDpopClient({ keyStore: keyStore() }).key();
    const again = await createDpopClient({ keyStore: keyStore() }).key();
    expect(again).toMatchObject({ thumbprint: key.thumbprint, alg: "ES256" });
    await expect(exportKey(again, "jwk")).rejects.toThrow("cannot be exported");
    await expect(crypto.subtle.exportKey("jwk", again.privateKey)).rejects.toThrow();
  });

  test("is one for tabs that open at once", async () => {
    const open = () => createDpopClient({ keyStore: indexedDbKeyStore({ database: "tabs" }) });
    const keys = await Promise.all(Array.from({ length: 10 }, () => open().key()));
    expect(new Set(keys.map(({ thumbprint }) => thumbprint)).size).toBe(1);
  });

  test("proves what the edge asks for, after a reload too", async () => {
    const edge = edgeDouble();
    const keyStore = () => indexedDbKeyStore({ database: "edge" });
    for (const _ of ["first", "reloaded"]) {
      const response = await edge.client({ keyStore: keyStore() }).fetch(api);
      expect(response.status).toBe(200);
    }
  });

  test("has a name of its own for each client", async () => {
    const named = (name: string) => indexedDbKeyStore({ database: "names", name });
    const [one, other] = await Promise.all([generateKey(), generateKey()]);
    await named("one").keep(one);
    expect(await named("other").read()).toBeUndefined();
    expect((await named("other").keep(other)).thumbprint).toBe(other.thumbprint);
    expect((await named("one").read())?.thumbprint).toBe(one.thumbprint);
  });

  test("is replaced only by whoever knows it", async () => {
    const store = indexedDbKeyStore({ database: "replace" });
    const [first, second, third] = await Promise.all([generateKey(), generateKey(), generateKey()]);
    await store.keep(first);
    expect((await store.keep(second, first)).thumbprint).toBe(second.thumbprint);
    expect((await store.keep(third, first)).thumbprint).toBe(second.thumbprint);
  });
});

describe("a browser whose IndexedDB keeps no key", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const refusing: ReadonlyArray<[name: string, break_: () => void]> = [
    [
      "since it clones none",
      () =>
        vi.spyOn(FDBObjectStore.prototype, "put").mockImplementation(() => {
          throw new DOMException("CryptoKey could not be cloned", "DataCloneError");
        }),
    ],
    [
      "since it never opens",
      () => vi.spyOn(indexedDB, "open").mockImplementation(() => ({}) as never),
    ],
    [
      "since it may not",
      () =>
        vi.spyOn(indexedDB, "open").mockImplementation(() => {
          throw new DOMException("denied", "SecurityError");
        }),
    ],
  ];

  test.each(refusing)("%s: an error that says what to do", async (name, break_) => {
    break_();
    const keyStore = indexedDbKeyStore({ database: name, deadline: 50 });
    const thrown = await createDpopClient({ keyStore })
      .key()
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(DpopError);
    expect(thrown).toMatchObject({ code: "key.store", message: expect.stringMatching(/fallback/) });
  });

  test.each(refusing)("%s: the fallback keeps it", async (name, break_) => {
    break_();
    const fallback = memoryKeyStore();
    const keyStore = indexedDbKeyStore({ database: `${name} too`, deadline: 50, fallback });
    const key = await createDpopClient({ keyStore }).key();
    expect(await fallback.read()).toBe(key);
    vi.restoreAllMocks();
    expect(await createDpopClient({ keyStore }).key()).toBe(key);
  });
});

test("tabs share their nonces", async () => {
  const edge = edgeDouble();
  const [first, second] = [tabNonces(), tabNonces()];
  await edge.client({ nonces: first }).fetch(api);
  await expect.poll(() => second.get(origin)).toBe(first.get(origin));
  expect((await edge.client({ nonces: second }).fetch(api)).status).toBe(200);
  expect(edge.outcomes()).toEqual(["nonce.missing", 200, 200]);
});
