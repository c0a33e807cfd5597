import { text } from "../template-values.ts";
import { type FunctionGroup, upper } from "./function.ts";

/** The case of a text's words, as the library behind sprig cuts them. */
export const cases: FunctionGroup = {
  camelcase: (value) =>
    text(value).replace(
      /([-_\s]*)([^-_\s]+)/gu,
      // Of several connectors between two words one is taken.
      (_, connectors: string, word: string, at: number) =>
        (at === 0 ? connectors : connectors.slice(0, -1)) + capitalized(word),
    ),
  snakecase: (value) => lowered(text(value), "_"),
  kebabcase: (value) => lowered(text(value), "-"),
};

/** A word that begins with capitals keeps the first of them. */
function capitalized(word: string): string {
  const [, first = "", more = "", rest = ""] = /^([\s\S])(\p{Lu}*)([\s\S]*)$/u.exec(word) ?? [];
  if (/\p{Lu}/u.test(first)) return first + more.toLowerCase() + rest;
  return upper(first) + more + rest;
}

type Kind = "connector" | "punctuation" | "capital" | "letters" | "number" | "other" | "end";

interface Word {
  readonly kind: Kind;
  readonly text: string;
}

/** Letters of alphabets, which have no capitals of their own here; CJK is none. */
const letter = "(?![\\u4e00-\\u9fcc\\u3400-\\u4d85\\u{20000}-\\u{2b81d}\\p{Lu}])\\p{L}";
const words = new RegExp(
  [
    "(?<connector>[-_\\s]+)",
    "(?<punctuation>\\p{P}+)",
    // "HTTPStatus" is "HTTP" and "Status".
    `(?<capital>\\p{Lu}+(?=\\p{Lu}${letter})|\\p{Lu}{2,}|\\p{Lu}(?:${letter})*)`,
    `(?<letters>(?:${letter})+)`,
    "(?<number>\\p{N}+)",
    `(?<other>(?:(?![-_\\s\\p{P}\\p{Lu}\\p{N}]|${letter})[\\s\\S])+)`,
  ].join("|"),
  "gu",
);
const kinds = ["connector", "punctuation", "capital", "letters", "number", "other"] as const;

function wordsOf(value: string): readonly Word[] {
  return Array.from(value.matchAll(words), ({ 0: found, groups }) => ({
    kind: kinds.find((kind) => groups?.[kind] !== undefined) ?? "other",
    text: found,
  }));
}

/** Digits belong to the word before them, or begin one where letters follow. */
function lowered(value: string, connector: string): string {
  const all = wordsOf(value);
  let next = 0;
  let output = "";
  const take = (): Word => all[next++] ?? { kind: "end", text: "" };
  const write = ({ kind, text: word }: Word) => {
    output += kind === "connector" ? connector.repeat([...word].length) : word.toLowerCase();
  };
  const join = ({ kind }: Word) => {
    if (kind !== "end" && kind !== "connector" && kind !== "punctuation") output += connector;
  };
  /** Letters and numbers as they come; then what is neither. */
  const run = (from: Word): Word => {
    let word = from;
    for (; word.kind === "letters" || word.kind === "number"; word = take()) write(word);
    join(word);
    return word;
  };

  let word = take();
  while (next < all.length) {
    const before = word;
    write(before);
    word = take();
    if (before.kind === "number") word = run(word);
    else if (before.kind === "connector" || before.kind === "punctuation") continue;
    else if (word.kind !== "number") join(word);
    else if (next < all.length) {
      const digits = word;
      word = take();
      if (word.kind === "letters") {
        output += connector;
        write(digits);
        word = run(word);
      } else {
        write(digits);
        join(word);
      }
    }
  }
  write(word);
  return output;
}
