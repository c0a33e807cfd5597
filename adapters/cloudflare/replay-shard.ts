import { DurableObject } from "cloudflare:workers";
import { Instance, type Judgement, type StampedClaim } from "../../src/replay/instance.ts";
import { decodeClaims, encodeAnswer, type Told } from "../../src/replay/message.ts";
import type { ShardDisk } from "../../src/replay/shard-disk.ts";
import { stampLength } from "../../src/replay/stamp.ts";
import type { Verdict } from "../../src/runtime.ts";
import { webPlatform } from "../web/platform.ts";
import { ClaimTables } from "./claim-tables.ts";
import { shardDisk } from "./shard-disk.ts";

/** Seconds; the longest window that a caller may name. */
const longestWindow = 86_400;
/** Milliseconds without a claim until the unused bound is given back: well before an idle object ends. */
const idle = 2500;

/**
 * One shard of the replay store. It judges for Workers in both modes at once, each against all that
 * it remembers, on disk or in memory: so a change of the mode lets nothing pass twice.
 */
export class ReplayShard extends DurableObject<unknown> {
  readonly #storage: DurableObjectStorage;
  readonly #tables: ClaimTables;
  readonly #disk: ShardDisk;
  #hasGenerations: boolean;
  #beginning: Promise<Instance> | undefined;
  #instance: Instance | undefined;
  #watched = false;
  #claimed = false;

  constructor(context: DurableObjectState, env: unknown) {
    super(context, env);
    this.#storage = context.storage;
    this.#tables = new ClaimTables(context.storage);
    this.#disk = shardDisk(context.storage);
    this.#hasGenerations = this.#disk.read() !== undefined;
  }

  /**
   * Durable mode: judges a proof once. Nothing is awaited between the question and the insert, so
   * that of any number of copies exactly one is fresh. `digest` has 32 bytes, `iat` and `window`
   * are whole seconds, `stamp` is what the proof's nonce says of an instance.
   *
   * Throws TypeError on anything else, whoever calls.
   */
  claim(
    digest: Uint8Array,
    iat: number,
    window: number,
    stamp: Uint8Array = new Uint8Array(0),
  ): Verdict | Promise<Verdict> {
    checkClaim(digest, iat, stamp);
    checkWindow(window);
    const claim = { digest, iat, stamp };
    if (!this.#hasGenerations || this.#instance !== undefined) return this.#record(claim, window);
    return this.#living(false).then(() => this.#record(claim, window));
  }

  /** The same of a message of claims, in their order, as rows of one transaction. */
  async record(message: Uint8Array, window: number): Promise<Uint8Array> {
    const claims = decodeClaims(message);
    checkWindow(window);
    if (this.#hasGenerations && this.#instance === undefined) await this.#living(false);
    return encodeAnswer({ judgements: claims.map((claim) => this.#record(claim, window)) });
  }

  /**
   * Generation mode: judges a message of claims, each once, and says who judged. Throws TypeError
   * on what is no such message.
   */
  async judge(message: Uint8Array, window: number): Promise<Uint8Array> {
    const claims = decodeClaims(message);
    checkWindow(window);
    const instance = this.#instance ?? (await this.#living(claims.length > 0));
    this.#tables.forget(seconds() - window);
    const judgements: Told[] = [];
    for (const claim of claims) {
      let judgement = this.#judge(instance, claim, window);
      while (judgement === "above") {
        await instance.cover(claim.iat);
        judgement = this.#judge(instance, claim, window);
      }
      judgements.push(judgement);
    }
    if (claims.length > 0) this.#tend(instance);
    return this.#answer(instance, judgements);
  }

  /**
   * Who lives here, asked by a Worker in that mode: a durable shard that has no generations stays
   * without.
   */
  async hello(mode: "durable" | "generation"): Promise<Uint8Array> {
    if (mode === "durable" && !this.#hasGenerations) return encodeAnswer({ judgements: [] });
    return this.#answer(this.#instance ?? (await this.#living(false)), []);
  }

  #answer(instance: Instance, judgements: readonly Told[]): Uint8Array {
    return encodeAnswer(instance.ended ? { judgements } : { judgements, stamp: instance.stamp });
  }

  #judge(instance: Instance, claim: StampedClaim, window: number): Judgement {
    const against = this.#tables.against(claim.digest, claim.iat, window);
    return against ?? instance.judge(claim, window);
  }

  /** Durable mode, in one step. */
  #record(claim: StampedClaim, window: number): Verdict {
    this.#tables.forget(seconds() - window);
    const { digest, iat } = claim;
    const against = this.#tables.against(digest, iat, window);
    if (against !== undefined) return against;
    // What an instance may have accepted, in a memory that is gone, is not fresh either.
    const judged = this.#instance?.judgeForDisk(claim, window) ?? withoutInstance(claim);
    // The alarm moves along with each new table: one row a table, and it rings after the last. Not
    // awaited: no answer leaves this object before its writes are on disk.
    if (judged === "fresh" && this.#tables.remember(digest, iat))
      void this.#storage.setAlarm(this.#lastAlarm());
    return judged;
  }

  /** Forgets when no claim comes to do it. Of the windows in use it knows only the longest allowed. */
  override async alarm(): Promise<void> {
    this.#tables.forget(seconds() - longestWindow);
    if (!this.#tables.isEmpty) await this.#storage.setAlarm(this.#lastAlarm());
  }

  /** When the newest table can be forgotten, whatever the window: milliseconds since the epoch. */
  #lastAlarm(): number {
    return (this.#tables.lastSecond + longestWindow + 1) * 1000;
  }

  /**
   * The one instance of this object, begun when it is first needed. A beginning that failed is
   * forgotten: it judged nothing, and the next one starts above whatever it may have written.
   */
  #living(claiming: boolean): Promise<Instance> {
    if (this.#beginning !== undefined) return this.#beginning;
    const beginning = this.#begin(claiming).catch((fault: unknown) => {
      this.#beginning = undefined;
      throw fault;
    });
    this.#beginning = beginning;
    return beginning;
  }

  async #begin(claiming: boolean): Promise<Instance> {
    const { now, random } = webPlatform;
    const options = {
      disk: this.#disk,
      now,
      random,
      // Once what it has said is out; the platform begins the next object.
      ended: () => void setTimeout(() => this.ctx.abort("the shard's instance has ended"), 10),
    };
    const instance = await Instance.begin(options, claiming);
    this.#hasGenerations = true;
    this.#instance = instance;
    return instance;
  }

  /** Beside the traffic: keeps the bound ahead of it, and gives back what it left when it stops. */
  #tend(instance: Instance): void {
    instance.keepAhead();
    this.#claimed = true;
    this.#watch(instance);
  }

  /** By counting, not by the clock: nothing here trusts it to run. */
  #watch(instance: Instance): void {
    if (this.#watched) return;
    this.#watched = true;
    setTimeout(() => {
      this.#watched = false;
      if (this.#claimed) this.#watch(instance);
      else void instance.giveBack();
      this.#claimed = false;
    }, idle);
  }
}

const seconds = (): number => Math.floor(Date.now() / 1000);

/** There never was a generation here: a nonce that names one was minted for another shard, or disk. */
function withoutInstance({ stamp }: StampedClaim): Verdict {
  return stamp.length === 0 ? "fresh" : "elsewhere";
}

/** The object trusts nobody. */
function checkClaim(digest: unknown, iat: unknown, stamp: unknown): void {
  if (!(digest instanceof Uint8Array) || digest.byteLength !== 32)
    throw new TypeError("claim: the digest must be 32 bytes");
  if (!wholeWithin(iat, 0, Number.MAX_SAFE_INTEGER))
    throw new TypeError("claim: iat must be whole seconds");
  if (!(stamp instanceof Uint8Array) || (stamp.length !== 0 && stamp.length !== stampLength))
    throw new TypeError("claim: the stamp must be 20 bytes, or none");
}

/** A window below zero would raise the floor into the future, for good. */
function checkWindow(window: unknown): void {
  if (!wholeWithin(window, 1, longestWindow))
    throw new TypeError(`claim: the window must be 1 to ${longestWindow} whole seconds`);
}

function wholeWithin(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}
