import type { Verdict } from "../runtime.ts";
import { ClaimMemory } from "./claim-memory.ts";
import type { ShardDisk, ShardRecord } from "./shard-disk.ts";
import { firstStamp, type Stamp, standing, successorOf } from "./stamp.ts";

/** Seconds that most clients' clocks are ahead of ours at most; who is further ahead waits for a write. */
const ahead = 3;
/** Seconds beyond that: how far a raise of the bound reaches ... */
const reach = 8;
/** ... and how little of it may be left before the next one begins. */
const reserve = 3;
/** Some 50 MB at most. */
const defaultLimit = 1_000_000;

export interface InstanceOptions {
  readonly disk: ShardDisk;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** That many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>;
  /** Told once, when the instance judges no more: somebody should begin the next one. */
  readonly ended?: () => void;
  /** Claims held in memory at once; a full instance accepts none, it never forgets early. */
  readonly limit?: number;
}

export interface StampedClaim {
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** Whole seconds. */
  readonly iat: number;
  /** What the proof's nonce says of the instance that it was minted for; empty: nothing. */
  readonly stamp: Uint8Array;
}

/**
 * above: not judged, since its iat lies above the bound: `cover` it, then ask again.
 * full: not judged, since no more can be remembered.
 */
export type Judgement = Verdict | "above" | "full";

/**
 * One instance of a shard in generation mode. Claims live in its memory; its generation and the
 * bound on disk make that exact, whatever ends it, and whoever believes to be it at the same time:
 * - a proof whose nonce carries its own stamp can only have been judged here;
 * - any other is accepted only above the bound that was found, where nothing was ever accepted.
 */
export class Instance {
  readonly #options: InstanceOptions;
  readonly #memory: ClaimMemory;
  /** No predecessor accepted a claim with an iat above it. */
  readonly #found: number;
  /** Durable: no claim is accepted above it. */
  #bound: number;
  /** What stands on disk. */
  #record: ShardRecord;
  /** The largest iat accepted here. */
  #largest = Number.NEGATIVE_INFINITY;
  #floor = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;
  #ended = false;

  private constructor(options: InstanceOptions, record: ShardRecord, found: number) {
    this.#options = options;
    this.#record = record;
    this.#found = found;
    this.#bound = record.bound;
    this.#memory = new ClaimMemory(options.random(8));
  }

  /**
   * Takes the shard's next generation, durably, before it judges or is named in a nonce. `claiming`:
   * claims are waiting, so the bound is raised in the same write. Throws what the disk throws.
   */
  static async begin(options: InstanceOptions, claiming: boolean): Promise<Instance> {
    const { disk, random } = options;
    const former = disk.read();
    const stamp =
      former === undefined ? firstStamp(random(14)) : successorOf(former.stamp, random(6));
    // As far as whoever lost this disk may still accept, if its clock agrees with ours.
    const raised = seconds(options) + ahead + reach;
    const found = former?.bound ?? raised;
    const record = { stamp, bound: claiming ? Math.max(found, raised) : found };
    await disk.replace(former, record);
    return new Instance(options, record, found);
  }

  get stamp(): Stamp {
    return this.#record.stamp;
  }

  /** It has been superseded, or its disk failed: it judges nothing any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Claims that it remembers, and the bytes that they take. */
  get size(): { readonly claims: number; readonly bytes: number } {
    return { claims: this.#memory.size, bytes: this.#memory.bytes };
  }

  /**
   * Judges and, when fresh, remembers, in one step. `window`: the seconds that lie between the
   * clock and the floor.
   */
  judge(claim: StampedClaim, window: number): Judgement {
    const judged = this.judgeForDisk(claim, window);
    if (judged !== "fresh") return judged;
    const { digest, iat } = claim;
    if (iat > this.#bound) return "above";
    if (this.#memory.size >= (this.#options.limit ?? defaultLimit)) return "full";
    this.#memory.add(digest, iat);
    this.#largest = Math.max(this.#largest, iat);
    return "fresh";
  }

  /**
   * Judges for a caller that remembers what is fresh by itself, on disk and before anybody hears of
   * it, and asks its disk first whenever anything is judged: the bound need not cover that.
   */
  judgeForDisk({ digest, iat, stamp }: StampedClaim, window: number): Verdict {
    if (this.#ended) return "elsewhere";
    const stands = standing(stamp, this.stamp);
    if (stands === "later") this.#supersede(stamp);
    if (stands === "later" || stands === "foreign") return "elsewhere";
    this.#raiseFloor(seconds(this.#options) - window);
    if (!(iat > this.#floor)) return "stale";
    if (this.#memory.has(digest)) return "replayed";
    // A window ahead of the clock at most: a far iat would buy its sender a bound, for good.
    if (iat > this.#floor + 2 * window) return "stale";
    return stands === "own" || iat > this.#found ? "fresh" : "elsewhere";
  }

  /** Never falls, so a clock that falls back reopens nothing of this instance. */
  #raiseFloor(floor: number): void {
    if (floor <= this.#floor) return;
    this.#floor = floor;
    this.#memory.forget(floor);
  }

  /** Raises the bound until it covers the iat. Throws when the instance has ended. */
  async cover(iat: number): Promise<void> {
    while (iat > this.#bound) {
      if (this.#ended) throw new Error("the shard's instance has ended");
      await (this.#writing ?? this.#write(Math.max(this.#raised(), iat)));
    }
  }

  /** Raises the bound before it is needed, beside the traffic. */
  keepAhead(): void {
    if (this.#ended || this.#writing !== undefined) return;
    if (this.#bound < seconds(this.#options) + ahead + reserve) void this.#write(this.#raised());
  }

  /**
   * Gives back what was raised and not used, so that whoever comes next may accept it: memory
   * first, then disk, since what is promised on disk must hold here already.
   */
  async giveBack(): Promise<void> {
    await this.#writing;
    const least = Math.max(this.#found, this.#largest);
    if (this.#ended || this.#writing !== undefined || least >= this.#bound) return;
    this.#bound = least;
    await this.#write(least);
  }

  /** Never below what it is, also when the clock fell. */
  #raised(): number {
    return Math.max(this.#bound, seconds(this.#options) + ahead + reach);
  }

  /** One write at a time; the bound is relied on only once it is durable. A failure ends the instance. */
  #write(bound: number): Promise<void> {
    const next = { stamp: this.stamp, bound };
    this.#writing = this.#options.disk
      .replace(this.#record, next)
      .then(
        () => {
          this.#record = next;
          this.#bound = bound;
        },
        () => this.#end(),
      )
      .finally(() => {
        this.#writing = undefined;
      });
    return this.#writing;
  }

  /**
   * Somebody was this shard after us. Either our disk is no longer ours, and then this write fails;
   * or it was set back, and then the successor must start above what was seen, and trust no bound
   * below what we would raise it to.
   */
  #supersede(seen: Uint8Array): void {
    const next = { stamp: new Uint8Array(seen), bound: this.#raised() };
    const told = this.#options.disk.replace(this.#record, next);
    this.#ended = true;
    told.catch(() => {}).finally(() => this.#options.ended?.());
  }

  #end(): void {
    this.#ended = true;
    this.#options.ended?.();
  }
}

function seconds({ now }: InstanceOptions): number {
  return Math.floor(now() / 1000);
}
