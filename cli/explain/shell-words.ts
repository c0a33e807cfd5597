import { UnreadableRequest } from "./sent-request.ts";

/** The words of one command as a POSIX shell splits it, with the $'...' that browsers copy. Nothing is expanded. */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < command.length) {
    const rest = command.slice(at);
    const part = parts.find(({ pattern }) => pattern.test(rest));
    const match = part?.pattern.exec(rest);
    if (part === undefined || !match) {
      throw new UnreadableRequest("A quote of the command is never closed.");
    }
    at += match[0].length;
    if (part.read === "nothing") continue;
    if (part.read === "end") break;
    if (part.read === "gap") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + part.read(match[1] ?? match[0]);
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

interface Part {
  readonly pattern: RegExp;
  readonly read: "nothing" | "gap" | "end" | ((text: string) => string);
}

const parts: readonly Part[] = [
  { pattern: /^\\\r?\n/, read: "nothing" },
  { pattern: /^\s+/, read: "gap" },
  // Whatever the output is piped into is another command.
  { pattern: /^(?:[|;&]|\d?[<>])/, read: "end" },
  { pattern: /^\$'((?:\\[\s\S]|[^'\\])*)'/, read: unescaped },
  { pattern: /^'([^']*)'/, read: (text) => text },
  {
    pattern: /^"((?:\\[\s\S]|[^"\\])*)"/,
    read: (text) => text.replace(/\\(?:\n|([$`"\\]))/g, "$1"),
  },
  { pattern: /^\\([\s\S])/, read: (text) => text },
  { pattern: /^(?:[^\s'"\\|;&><$]+|\$)/, read: (text) => text },
];

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  e: "\x1b",
  E: "\x1b",
};

/** ANSI-C quoting, as bash reads it. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,6})|([0-7]{1,3})|([\s\S]))/gi,
    (_, hex?: string, short?: string, long?: string, octal?: string, one?: string) => {
      if (one !== undefined) return escapes[one] ?? one;
      const code =
        octal === undefined
          ? Number.parseInt(hex ?? short ?? long ?? "0", 16)
          : Number.parseInt(octal, 8);
      return String.fromCodePoint(Math.min(code, 0x10ffff));
    },
  );
}
