import { describe, expect, test } from "vitest";
import type { RevocationStore } from "../../../src/runtime.ts";
import { code, revoking } from "./revoking.ts";
import { createWorld, noNonce, request, signedHeaders } from "./world.ts";

const broken: RevocationStore = { read: async () => Promise.reject(new Error("no such table")) };

describe("a list that is missing", () => {
  const without = (onFailure: "refuse" | "pass") =>
    createWorld(revoking(noNonce, onFailure), undefined, undefined, broken);

  test("refuses: 503, and the proof is not used up", async () => {
    let down = true;
    const list: RevocationStore = {
      read: async () => (down ? await broken.read() : { version: "1", entries: [] }),
    };
    const world = createWorld(revoking(), undefined, undefined, list);
    const headers = await signedHeaders(world);
    const refused = await world.authorizer.authorize(request({ ...headers }));
    expect(refused).toMatchObject({ code: "revocation.unavailable", status: 503 });
    expect(refused.headers.has("Retry-After")).toBe(true);
    expect(refused.headers.has("WWW-Authenticate")).toBe(false);
    expect(world.events.at(-1)).toMatchObject({ found: "Error: no such table" });
    down = false;
    world.clock.seconds += 5;
    expect((await world.authorizer.authorize(request({ ...headers }))).kind).toBe("allow");
  });

  test("passes where the document says so, and its event says that nothing was asked", async () => {
    const world = without("pass");
    expect(await code(world)).toBe("allow");
    expect(world.events.at(-1)).toMatchObject({ outcome: "allow", revocation: "unchecked" });
  });

  test("is a line of the log although allows are sampled", async () => {
    const events = { path: true, sampleAllowed: 1e-9, foldAbove: 100 };
    const world = createWorld(
      revoking({ ...noNonce, events }, "pass"),
      undefined,
      undefined,
      broken,
    );
    for (let each = 0; each < 5; each += 1) expect(await code(world)).toBe("allow");
    expect(world.events).toHaveLength(5);
    expect(world.events.some(({ count }) => count !== undefined)).toBe(false);
  });

  test("weakens nothing else where it passes", async () => {
    const world = without("pass");
    const headers = await signedHeaders(world);
    const twice = () => world.authorizer.authorize(request({ ...headers }));
    expect((await twice()).kind).toBe("allow");
    expect(await twice()).toMatchObject({ code: "proof.replayed" });
  });
});

describe("a runtime without a list", () => {
  test("is not one that passes: it does not begin", () => {
    expect(() => createWorld(revoking(noNonce, "pass"))).toThrow(/hand in runtime\.revocations/);
  });

  test("nor one without the mechanism's code", () => {
    const settings = { ...revoking(), mechanisms: {} };
    expect(() => createWorld(settings, undefined, undefined, broken)).toThrow(
      /mechanism revocation/,
    );
  });

  test("needs none where the documents have no list, and no event speaks of one", async () => {
    const world = createWorld(noNonce, undefined, undefined, broken);
    expect(await code(world)).toBe("allow");
    expect(world.events.at(-1)).not.toHaveProperty("revocation", expect.anything());
  });
});
