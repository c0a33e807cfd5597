import type { ToldEvent } from "./entries.ts";

export interface FilterOptions {
  readonly code?: readonly string[];
  readonly client?: readonly string[];
  readonly rule?: readonly string[];
}

/** One of each kind must fit, where one is named. A code may be a family: `proof` is every `proof.*`. */
export function wanted(event: ToldEvent, { code, client, rule }: FilterOptions): boolean {
  const codes = [event.code, event.would].filter((each) => each !== undefined);
  return (
    fits(code, (one) => codes.some((each) => each === one || each.startsWith(`${one}.`))) &&
    fits(client, (one) => event.client === one) &&
    fits(rule, (one) => event.rule === one)
  );
}

function fits(named: readonly string[] | undefined, test: (one: string) => boolean): boolean {
  return named === undefined || named.length === 0 || named.some(test);
}
