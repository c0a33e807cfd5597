import { PatternError } from "./pattern-error.ts";

/** Of POSIX, as RE2 knows them: ASCII only. */
const posix = new Map([
  ["alnum", "0-9A-Za-z"],
  ["alpha", "A-Za-z"],
  ["ascii", "\\x00-\\x7f"],
  ["blank", "\\t "],
  ["cntrl", "\\x00-\\x1f\\x7f"],
  ["digit", "0-9"],
  ["graph", "!-~"],
  ["lower", "a-z"],
  ["print", " -~"],
  ["punct", "!-\\/:-@\\[-`{-~"],
  ["space", "\\t-\\r "],
  ["upper", "A-Z"],
  ["word", "0-9A-Za-z_"],
  ["xdigit", "0-9A-Fa-f"],
]);

// RE2's white space is ASCII, and without the vertical tab.
const space = "\\t\\n\\f\\r ";
const noSpace = "\\0-\\x08\\x0b\\x0e-\\x1f!-\\u{10ffff}";

/** `[...]` as this engine writes it. @throws PatternError */
export function classSource(token: string, regex: string): string {
  const [, negated = "", inner = ""] = /^\[(\^?)([\s\S]*)\]$/.exec(token) ?? [];
  const parts = inner.match(
    /\[:[^\]]*:\]|\\(?:[pP](?:\{[^}]*\}|[\s\S])|x\{[^}]*\}|x..|[\s\S])|[\s\S]/gu,
  );
  const written = (parts ?? []).map((part) => {
    if (part.startsWith("[:")) return posixSource(part, regex);
    if (part.startsWith("\\")) return escapeSource(part, regex, true);
    return /^[[\]^]$/.test(part) ? `\\${part}` : part;
  });
  return `[${negated}${written.join("")}]`;
}

function posixSource(part: string, regex: string): string {
  const known = posix.get(part.slice(2, -2));
  if (known !== undefined) return known;
  throw new PatternError(`"${regex}": there is no class ${part} here.`);
}

/** What stands for itself in both engines behind a backslash. */
const same = /^\\(?:[dDwWfnrtv]|x[0-9A-Fa-f]{2})$/;

/** `\d`, `\pL`, `\-` and the like. @throws PatternError */
export function escapeSource(token: string, regex: string, inClass: boolean): string {
  if (same.test(token)) return token;
  if (token === "\\s") return inClass ? space : `[${space}]`;
  if (token === "\\S") return inClass ? noSpace : `[^${space}]`;
  if (token === "\\a") return "\\x07";
  const code = /^\\x\{([0-9A-Fa-f]+)\}$/.exec(token)?.[1];
  if (code !== undefined) return `\\u{${code}}`;
  if (/^\\[pP]/.test(token)) return propertySource(token, regex);
  if (/^\\[0-9]$/.test(token))
    throw new PatternError(`"${regex}": referring back to a group is not possible here.`);
  const character = token.slice(1);
  if (/^[\\^$.*+?()[\]{}|/]$/.test(character) || (inClass && character === "-")) return token;
  if (/^[!-~]$/.test(character) && !/^[0-9A-Za-z]$/.test(character)) return character;
  throw new PatternError(`"${regex}": ${token} means nothing here.`);
}

/** A category or a script. What the engines count differently is refused. */
function propertySource(token: string, regex: string): string {
  const name = token.slice(2).replace(/^\{([\s\S]*)\}$/, "$1");
  const negated = token.startsWith("\\P") !== name.startsWith("^");
  const plain = name.replace(/^\^/, "");
  const is = /^(?:L[ulmot]?|M[nce]?|N[dlo]?|P[cdefios]?|S[mcko]?|Z[slp]?|Any)$/.test(plain)
    ? plain
    : `Script=${plain}`;
  const source = `\\${negated ? "P" : "p"}{${is}}`;
  try {
    new RegExp(source, "u");
    return source;
  } catch {
    throw new PatternError(`"${regex}": there is no class ${token} here.`);
  }
}
