import { bounded } from "./function.ts";

/** Lines of at most `width` characters, broken at spaces; a longer word is cut where `cuts` says so. */
export function wrapped(
  letters: readonly string[],
  width: number,
  by: string,
  cuts: boolean,
): string {
  const most = Math.max(1, width);
  const { length } = letters;
  bounded(Math.ceil(length / most) * by.length);
  let output = "";
  let from = 0;
  while (length - from > most) {
    if (letters[from] === " ") {
      from += 1;
      continue;
    }
    const before = letters.lastIndexOf(" ", from + most);
    const space = before >= from ? before : cuts ? -1 : letters.indexOf(" ", from + most);
    if (space < 0 && !cuts) break;
    const to = space < 0 ? from + most : space;
    output += letters.slice(from, to).join("") + by;
    from = space < 0 ? to : space + 1;
  }
  return output + letters.slice(from).join("");
}
