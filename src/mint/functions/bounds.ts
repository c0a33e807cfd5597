import { Fault } from "../../decision.ts";
import type { Budget } from "../language.ts";
import { JsonText } from "../template-values.ts";

/** Characters and values that one rendering may handle: loops over loops would exhaust the edge. */
const most = 1_000_000;

class Spending implements Budget {
  #left = most;

  spend(amount: number): void {
    this.#left -= amount;
    if (this.#left < 0) throw new Fault("A template does more than the edge lets it.");
  }

  /** All of a value, as often as it is part of itself: lists of one list multiply. */
  weigh(value: unknown): void {
    if (value instanceof JsonText) this.spend(value.text.length);
    this.spend(typeof value === "string" ? value.length : 1);
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      this.spend(name.length);
      this.weigh(inner);
    }
  }
}

/** What one rendering may spend; made for each. */
export const bounds = (): Budget => new Spending();
