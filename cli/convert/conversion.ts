import { type Document, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";

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
}

const mark = (question: Question, says: string) => `TODO ${question}: ${says}`;

/** Reads the remarks that conversions wrote into a text, in order. */
export function todosOf(
  text: string,
): ReadonlyArray<{ readonly line: number; readonly question: Question; readonly says: string }> {
  return text.split("\n").flatMap((line, index) => {
    const [, name, says] = /^\s*# TODO ([a-z-]+): (.*)$/.exec(line) ?? [];
    const question = (Object.keys(questions) as Question[]).find((one) => one === name);
    return question && says !== undefined ? [{ line: index + 1, question, says }] : [];
  });
}

/** @param source the text as it was: a remark that it has already is not made again */
export function conversionOf(document: Document, source: string): Conversion {
  const said = new Set(todosOf(source).map(({ question, says }) => mark(question, says)));
  return {
    document,
    todo(where, question, says) {
      const words = mark(question, says.replaceAll(/\s+/g, " "));
      if (said.has(words)) return;
      said.add(words);
      const node = commentable(document, where);
      const before = node.commentBefore ? `${node.commentBefore}\n` : "";
      node.commentBefore = `${before} ${words}`;
    },
  };
}

/** The innermost place around it where a comment can stand on a line of its own. */
function commentable(
  document: Document,
  where: Pair | Node | undefined,
): { commentBefore?: string | null } {
  const path = where === undefined ? [] : pathTo(document.contents, where);
  const outside = path.findIndex((one) => one.flow);
  const usable = outside === -1 ? path : path.slice(0, outside);
  return usable.at(-1)?.node ?? document;
}

interface Place {
  readonly node: { commentBefore?: string | null };
  /** Inside [ ] or { }. */
  readonly flow: boolean;
}

function pathTo(node: unknown, wanted: Pair | Node, flow = false): Place[] {
  if (isMap(node)) {
    const inner = flow || node.flow === true;
    for (const [index, pair] of node.items.entries()) {
      // What stands before a mapping's first key stands before the mapping, as in `- id: x`.
      const here = [{ node: index > 0 && isScalar(pair.key) ? pair.key : node, flow: inner }];
      if (pair === wanted || pair.value === wanted) return here;
      const below = pathTo(pair.value, wanted, inner);
      if (below.length > 0) return [...here, ...below];
    }
  }
  if (isSeq(node)) {
    const inner = flow || node.flow === true;
    for (const item of node.items) {
      if (!isMap(item) && !isScalar(item) && !isSeq(item)) continue;
      const here = [{ node: item, flow: inner }];
      if (item === wanted) return here;
      const below = pathTo(item, wanted, inner);
      if (below.length > 0) return [...here, ...below];
    }
  }
  return [];
}
