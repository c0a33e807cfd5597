import fc from "fast-check";
import { expect, test } from "vitest";
import { Instance } from "../../../src/replay/instance.ts";
import { type ShardRecord, sameRecord } from "../../../src/replay/shard-disk.ts";

const start = 2_000_000_000;
const window = 130;

interface Proof {
  readonly digest: Uint8Array;
  readonly iat: number;
  readonly stamp: Uint8Array;
}

interface Write {
  readonly expected: ShardRecord | undefined;
  readonly next: ShardRecord;
  readonly settle: (durable: boolean) => void;
}

/**
 * One shard and everything that can happen to it: instances that come, crash, live on beside their
 * successors, with clocks that have nothing to do with each other, and a disk whose writes take
 * their time, get lost with whoever waited for them, or land without anybody hearing of it.
 */
class World {
  disk: ShardRecord | undefined;
  readonly writes: Write[] = [];
  readonly instances: { readonly instance: Instance; readonly clock: { seconds: number } }[] = [];
  readonly nonces: Uint8Array[] = [new Uint8Array(0)];
  readonly proofs: Proof[] = [];
  readonly accepted = new Map<Proof, number>();

  async begin(claiming: boolean, seconds: number): Promise<void> {
    const clock = { seconds };
    const instance = await Instance.begin(
      {
        disk: { read: () => this.disk, replace: (expected, next) => this.write(expected, next) },
        now: () => clock.seconds * 1000,
        random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      },
      claiming,
    );
    this.instances.push({ instance, clock });
    this.nonces.push(instance.stamp);
  }

  write(expected: ShardRecord | undefined, next: ShardRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (durable: boolean) => (durable ? resolve() : reject(new Error("lost")));
      this.writes.push({ expected, next, settle });
    });
  }

  /** told: durable, and its instance hears of it; silent: durable, and it never does; lost: neither. */
  land(pick: number, how: "told" | "silent" | "lost"): void {
    const [write] = this.writes.splice(pick % Math.max(1, this.writes.length), 1);
    if (write === undefined) return;
    const lands = how !== "lost" && sameRecord(this.disk, write.expected);
    if (lands) this.disk = write.next;
    write.settle(lands && how === "told");
  }

  async claim(instance: Instance, proof: Proof): Promise<void> {
    let judgement = instance.judge(proof, window);
    while (judgement === "above") {
      await instance.cover(proof.iat);
      judgement = instance.judge(proof, window);
    }
    if (judgement === "fresh") this.accepted.set(proof, (this.accepted.get(proof) ?? 0) + 1);
  }
}

const pick = fc.nat(30);
const ahead = fc.integer({ min: -30, max: 30 });
const action = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("begin" as const), claiming: fc.boolean(), ahead }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("prove" as const), nonce: pick, ahead }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("claim" as const),
      who: pick,
      proof: pick,
      copies: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("land" as const),
      pick,
      how: fc.constantFrom(
        "told" as const,
        "told" as const,
        "told" as const,
        "silent" as const,
        "lost" as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("clock" as const),
      who: pick,
      ahead: fc.oneof(ahead, fc.integer({ min: -400, max: 400 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("keepAhead" as const), who: pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("giveBack" as const), who: pick }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

async function turn(): Promise<void> {
  for (let turns = 0; turns < 12; turns += 1) await Promise.resolve();
}

function perform(world: World, step: Action, number: number): void {
  const at = <T>(list: readonly T[], index: number) => list[index % Math.max(1, list.length)];
  const who = "who" in step ? at(world.instances, step.who) : undefined;
  const ignore = () => {};
  switch (step.do) {
    case "begin":
      world.begin(step.claiming, start + step.ahead).catch(ignore);
      return;
    case "crash":
      world.instances.splice(step.pick % Math.max(1, world.instances.length), 1);
      return;
    case "prove": {
      const digest = new Uint8Array(32);
      new DataView(digest.buffer).setUint32(4, number);
      const stamp = at(world.nonces, step.nonce) ?? new Uint8Array(0);
      world.proofs.push({ digest, iat: start + step.ahead, stamp });
      return;
    }
    case "claim": {
      const proof = at(world.proofs, step.proof);
      if (who === undefined || proof === undefined) return;
      for (let copy = 0; copy < step.copies; copy += 1)
        world.claim(who.instance, proof).catch(ignore);
      return;
    }
    case "land":
      world.land(step.pick, step.how);
      return;
    case "clock":
      if (who !== undefined) who.clock.seconds = start + step.ahead;
      return;
    case "keepAhead":
      who?.instance.keepAhead();
      return;
    case "giveBack":
      who?.instance.giveBack().catch(ignore);
  }
}

async function play(steps: readonly Action[]): Promise<World> {
  const world = new World();
  for (const [number, step] of steps.entries()) {
    perform(world, step, number);
    await turn();
  }
  return world;
}

test("no proof is accepted twice, whatever happens to instances, clocks, disk and messages", async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 80, size: "max" }), async (steps) => {
      const world = await play(steps);
      accepted += world.accepted.size;
      for (const times of world.accepted.values()) expect(times).toBe(1);
    }),
    { numRuns: 5000 },
  );
  // Or it would hold because nothing ever passes.
  expect(accepted).toBeGreaterThan(300);
});

test("whatever has happened, a client that is challenged once more is served", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40, size: "max" }), async (steps) => {
      const world = await play(steps);
      for (; world.writes.length > 0; await turn()) world.land(0, "told");
      const began = world.begin(true, start);
      await turn();
      world.land(0, "told");
      await began;
      const last = world.instances.at(-1);
      if (last === undefined) throw new Error("nobody lives");
      const proof = { digest: new Uint8Array(32).fill(7), iat: start, stamp: last.instance.stamp };
      const served = world.claim(last.instance, proof);
      for (await turn(); world.writes.length > 0; await turn()) world.land(0, "told");
      await served;
      expect(world.accepted.get(proof)).toBe(1);
    }),
    { numRuns: 300 },
  );
});
