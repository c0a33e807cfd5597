import { Fault } from "../decision.ts";
import { JsonText } from "./template-values.ts";

/** Characters and values that one rendering may handle: loops over loops would exhaust the edge. */
const most = 1_000_000;

/** What is left for one rendering. Throws a Fault when it is used up. */
export class Budget {
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
