import { Fault } from "../../decision.ts";
import { member } from "../template-data.ts";
import { isTrue, text } from "../template-values.ts";
import { alike, bounded, type FunctionGroup, listOf, wholeNumber } from "./function.ts";
import { compareText, steps } from "./order.ts";

const own: FunctionGroup = {
  list: (...values) => values,
  tuple: (...values) => values,
  first: (list) => listOf(list, "first")[0],
  last: (list) => listOf(list, "last").at(-1),
  rest: (list) => listOf(list, "rest").slice(1),
  initial: (list) => listOf(list, "initial").slice(0, -1),
  append: (list, value) => [...listOf(list, "append"), value],
  push: (list, value) => [...listOf(list, "push"), value],
  prepend: (list, value) => [value, ...listOf(list, "prepend")],
  concat: (...lists) => lists.flatMap((list) => listOf(list, "concat")),
  reverse: (list) => listOf(list, "reverse").toReversed(),
  uniq: (list) => distinct(listOf(list, "uniq")),
  without(list, ...unwanted) {
    const kept = listOf(list, "without");
    bounded(kept.length * unwanted.length);
    return kept.filter((one) => !unwanted.some((other) => alike(one, other)));
  },
  has: (value, list) => listOf(list, "has").some((one) => alike(one, value)),
  compact: (list) => listOf(list, "compact").filter(isTrue),
  slice,
  chunk,
  atIndex,
  join(separator, list) {
    const parts = strings(list);
    bounded(parts.length * text(separator).length);
    return parts.join(text(separator));
  },
  sortAlpha: (list) => strings(list).sort(compareText),
  toStrings: strings,
  splitList: (separator, whole) => text(whole).split(text(separator)),
  until: (count) => steps(0, wholeNumber(count), wholeNumber(count) < 0 ? -1 : 1),
  untilStep: (start, stop, step) => steps(wholeNumber(start), wholeNumber(stop), wholeNumber(step)),
};

/** Lists, and texts made of them. */
export const lists: FunctionGroup = {
  ...own,
  ...Object.fromEntries(
    ["Append", "Push", "Prepend", "First", "Last", "Rest", "Initial", "Reverse", "Uniq", "Without"]
      .concat(["Has", "Compact", "Slice", "Chunk"])
      .flatMap((name) => {
        const plain = own[`${name.charAt(0).toLowerCase()}${name.slice(1)}`];
        return plain ? [[`must${name}`, plain]] : [];
      }),
  ),
};

/** Every pair is compared: a client's long list is paid for by its square. */
function distinct(list: readonly unknown[]): readonly unknown[] {
  bounded(list.length ** 2);
  return list.filter((one, index) => list.findIndex((other) => alike(one, other)) === index);
}

/** What is no list counts as a list of it alone. */
function strings(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one) => one !== undefined && one !== null).map(text);
}

function slice(list: unknown, from: unknown, to: unknown): readonly unknown[] {
  const whole = listOf(list, "slice");
  const end = to === undefined ? whole.length : wholeNumber(to);
  const start = from === undefined ? 0 : wholeNumber(from);
  if (start < 0 || end > whole.length || start > end) {
    throw new Fault("The template function slice reaches beyond its list.");
  }
  return whole.slice(start, end);
}

function chunk(size: unknown, list: unknown): readonly unknown[] {
  const whole = listOf(list, "chunk");
  const width = Math.max(1, wholeNumber(size));
  return Array.from({ length: Math.ceil(whole.length / width) }, (_, index) =>
    whole.slice(index * width, (index + 1) * width),
  );
}

/** From the end where negative. */
function atIndex(position: unknown, list: unknown): unknown {
  const whole = listOf(list, "atIndex");
  const index = wholeNumber(position);
  return member(whole, index < 0 ? whole.length + index : index);
}
