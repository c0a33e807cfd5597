import { afterEach, describe, expect, test } from "vitest";
import { mostRevocations, revocationId } from "../../../src/revocation/entry.ts";
import type { RevocationChange, RevocationStore } from "../../../src/runtime.ts";

/** A fresh, empty list. */
export interface RevocationHarness {
  readonly store: Pick<RevocationStore, "read">;
  /** As an operator writes to it. */
  readonly change: (change: RevocationChange) => Promise<"changed" | "full">;
  /** Turns the store's clock; seconds since the epoch. */
  readonly setNow?: (seconds: number) => void;
  /** Loses what the store holds in memory. */
  readonly restart?: () => Promise<void>;
  readonly stop?: () => void | Promise<void>;
}

export interface RevocationContractOptions {
  readonly restarts?: boolean;
  /** Whether the store itself is bounded and forgets what is over; a table is not and does so late. */
  readonly bounded?: boolean;
}

/** Seconds, far ahead: no clock forgets an entry that ends then. */
const end = 4_000_000_000;
const ids = await Promise.all(["a", "b", "c"].map((value) => revocationId("jkt", value)));
const [a = "", b = "", c = ""] = ids;
const entry = (id: string, until = end) => ({ id, until });
/** Ids by number, of the right form. */
const numbered = (number: number) => `jti.event.${number.toString(16).padStart(16, "0")}`;

/** What every store of revocations keeps (src/runtime.ts). */
export function revocationContract(
  name: string,
  makeHarness: () => RevocationHarness | Promise<RevocationHarness>,
  { restarts = true, bounded = true }: RevocationContractOptions = {},
): void {
  const harnesses: RevocationHarness[] = [];
  afterEach(async () => {
    for (const harness of harnesses.splice(0)) await harness.stop?.();
  });

  async function begin() {
    const harness = await makeHarness();
    harnesses.push(harness);
    const listed = async () => {
      const { entries = [] } = await harness.store.read();
      return Object.fromEntries(entries.map(({ id, until }) => [id, until]));
    };
    return { ...harness, listed };
  }

  describe(`the contract of revocations: ${name}`, () => {
    test("a new list is empty, and is told as one", async () => {
      const { store } = await begin();
      expect((await store.read()).entries).toEqual([]);
    });

    test("an entry is there once its writing has been answered, until it is lifted", async () => {
      const { change, listed } = await begin();
      expect(await change({ revoke: [entry(a), entry(b)], lift: [] })).toBe("changed");
      expect(await listed()).toEqual({ [a]: end, [b]: end });
      expect(await change({ revoke: [], lift: [a] })).toBe("changed");
      expect(await listed()).toEqual({ [b]: end });
    });

    test("an entry of the same id takes the place of the one before", async () => {
      const { change, listed } = await begin();
      await change({ revoke: [entry(a)], lift: [] });
      await change({ revoke: [entry(a, end + 60)], lift: [] });
      expect(await listed()).toEqual({ [a]: end + 60 });
    });

    test("lifting what is not there changes nothing else", async () => {
      const { change, listed } = await begin();
      await change({ revoke: [entry(a)], lift: [] });
      expect(await change({ revoke: [], lift: [b, c] })).toBe("changed");
      expect(await listed()).toEqual({ [a]: end });
    });

    test("two lists that differ have two versions, and entries are left out for one that is known alone", async () => {
      const { store, change } = await begin();
      const seen = new Set<string>();
      for (const revoke of [[], [entry(a)], [entry(b)]]) {
        if (revoke.length > 0) await change({ revoke, lift: [] });
        const { version } = await store.read();
        const again = await store.read(version);
        expect(again.version).toBe(version);
        // A store without versions tells the whole list each time.
        if (again.entries === undefined) expect(seen.has(version)).toBe(false);
        else expect(again.entries).toHaveLength((await store.read()).entries?.length ?? -1);
        seen.add(version);
        expect((await store.read("a version that never was")).entries).toBeDefined();
      }
    });

    test("writers at once lose nothing", async () => {
      const { change, listed } = await begin();
      const many = Array.from({ length: 50 }, (_, number) => numbered(number));
      await Promise.all(many.map((id) => change({ revoke: [entry(id)], lift: [] })));
      expect(Object.keys(await listed()).toSorted()).toEqual(many.toSorted());
    });

    test("hundreds of entries are read whole", async () => {
      const { change, listed } = await begin();
      const many = Array.from({ length: 150 }, (_, number) => entry(numbered(number)));
      await change({ revoke: many, lift: [] });
      expect(Object.keys(await listed()).toSorted()).toEqual(many.map(({ id }) => id).toSorted());
    });

    if (restarts)
      test("it survives a restart", async () => {
        const { store, change, listed, restart } = await begin();
        await change({ revoke: [entry(a)], lift: [] });
        const { version } = await store.read();
        await restart?.();
        expect(await listed()).toEqual({ [a]: end });
        expect((await store.read(version)).version).toBe(version);
      });

    if (!bounded) return;
    test("a list that would be full stays as it was", async () => {
      const { change, listed } = await begin();
      const many = Array.from({ length: mostRevocations }, (_, number) => entry(numbered(number)));
      expect(await change({ revoke: many, lift: [] })).toBe("changed");
      expect(await change({ revoke: [entry(a)], lift: [] })).toBe("full");
      expect(await change({ revoke: [entry(a), entry(b)], lift: [numbered(0)] })).toBe("full");
      expect(Object.keys(await listed())).toHaveLength(mostRevocations);
      expect(await change({ revoke: [entry(a)], lift: [numbered(0)] })).toBe("changed");
      expect(await listed()).toMatchObject({ [a]: end });
    });

    test("what is over long since makes room, what is just over does not go yet", async () => {
      const { change, listed, setNow = noClock } = await begin();
      setNow(end - 10);
      await change({ revoke: [entry(a), entry(b, end + 7200)], lift: [] });
      setNow(end + 60);
      await change({ revoke: [entry(c, end + 7200)], lift: [] });
      expect(Object.keys(await listed())).toHaveLength(3);
      setNow(end + 3601);
      await change({ revoke: [], lift: [c] });
      expect(await listed()).toEqual({ [b]: end + 7200 });
    });
  });
}

function noClock(): never {
  throw new Error("This harness has no clock to turn.");
}
