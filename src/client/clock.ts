import { BoundedMap } from "../bounded-map.ts";

/** A Date field has whole seconds and the way to travel: what differs by less says nothing. */
const noticeable = 3000;

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
    if (!(Math.abs(told - this.now(origin)) >= noticeable)) return false;
    this.#offsets.set(origin, told - this.#now());
    return true;
  }
}
