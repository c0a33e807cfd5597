import { BoundedMap } from "../bounded-map.ts";

/** A Date field has whole seconds and the way to travel: a server that is ahead by less says nothing. */
const ahead = 3000;
/** One whole second behind our iat may already be the future to a server that allows none. */
const behind = 1000;

/**
 * How far each server's clock is from ours, learned only where a proof was refused. By origin: a
 * server that lies about the time shifts the proofs for itself and for nobody else.
 */
export class ServerClocks {
  readonly #offsets = new BoundedMap<string, number>(100);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds since the epoch, as that server counts. */
  now(origin: string): number {
    return this.#now() + (this.#offsets.get(origin) ?? 0);
  }

  /** From a response's Date field; whether the time is now another one than the refused proof had. */
  learn(origin: string, date: string | null): boolean {
    const told = date === null ? Number.NaN : Date.parse(date);
    const ours = Math.floor(this.now(origin) / 1000) * 1000;
    if (!(told - ours >= ahead || ours - told >= behind)) return false;
    this.#offsets.set(origin, told - this.#now());
    return true;
  }
}
