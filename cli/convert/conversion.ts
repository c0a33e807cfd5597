import { type Document, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import { textOf } from "./text.ts";

/** What only a person can answer. */
export const questions = {
  "public-origin": "what clients sign",
  http: "a plain http URL",
  secret: "a secret that is to be stored",
  fallback: "another meaning of falling through",
  matching: "requests that a rule matches in another way",
  left: "what cannot be converted, or is wrong as it is",
} as const;
export type Question = keyof typeof questions;

/** One document while it is converted: its tree, and what is left for a person. */
export interface Conversion {
  readonly document: Document;
  /** Says at a pair or an item of a list what a person must do; twice the same is said once. */
  todo(where: Pair | Node | undefined, question: Question, says: string): void;
  /** As it is to be written, with what was said where it was said. */
  text(): string;
}

const mark = (question: Question, says: string) => `TODO ${question}: ${says}`;

/** Reads the remarks that conversions wrote into a text, in order. */
export function todosOf(
  text: string,
): ReadonlyArray<{ readonly line: number; readonly question: Question; readonly says: string }> {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const [, name, says] = /^\s*# TODO ([a-z-]+): (.*)$/.exec(line) ?? [];
    const question = (Object.keys(questions) as Question[]).find((one) => one === name);
    return question && says !== undefined ? [{ line: index + 1, question, says }] : [];
  });
}

type Commentable = { commentBefore?: string | null };

/** @param source the text as it was: a remark that it has already is not made again */
export function conversionOf(document: Document, source: string): Conversion {
  const said = new Set(todosOf(source).map(({ question, says }) => mark(question, says)));
  const remarks: Array<{ readonly where: Pair | Node | undefined; readonly words: string }> = [];
  return {
    document,
    todo(where, question, says) {
      const words = mark(question, says.replaceAll(/\s+/g, " "));
      if (said.has(words)) return;
      said.add(words);
      remarks.push({ where, words });
    },
    text() {
      const places = placesOf(
        document.contents,
        new Set(remarks.map(({ where }) => where)),
        document,
      );
      for (const { where, words } of remarks.splice(0)) {
        const node = places.get(where) ?? document;
        node.commentBefore = `${node.commentBefore ? `${node.commentBefore}\n` : ""} ${words}`;
      }
      return textOf(document, source);
    },
  };
}

/** The innermost place around each where a comment can stand on a line of its own; all in one walk. */
function placesOf(
  contents: unknown,
  wanted: ReadonlySet<unknown>,
  document: Document,
): ReadonlyMap<unknown, Commentable> {
  const found = new Map<unknown, Commentable>();
  const note = (where: unknown, place: Commentable) => {
    if (wanted.has(where) && !found.has(where)) found.set(where, place);
  };
  const walk = (node: unknown, outer: Commentable, flow: boolean) => {
    if (isMap(node)) {
      // Inside [ ] and { } no line is free for a comment.
      const inner = flow || node.flow === true;
      for (const [index, pair] of node.items.entries()) {
        // What stands before a mapping's first key stands before the mapping, as in `- id: x`.
        const own = index > 0 && isScalar(pair.key) ? pair.key : node;
        const place = inner ? outer : own;
        note(pair, place);
        note(pair.value, place);
        walk(pair.value, place, inner);
      }
    }
    if (isSeq(node)) {
      const inner = flow || node.flow === true;
      for (const item of node.items) {
        const place = !inner && (isMap(item) || isScalar(item) || isSeq(item)) ? item : outer;
        note(item, place);
        walk(item, place, inner);
      }
    }
  };
  walk(contents, document, false);
  return found;
}
