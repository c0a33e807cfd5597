import fc from "fast-check";
import { expect, test } from "vitest";
import { normalise } from "../../../src/dpop/htu.ts";

/** A piece of a URL: its one canonical text, and the spellings that mean the same. */
interface Piece {
  readonly canonical: string;
  readonly spellings: readonly string[];
}

const hex = (byte: number) => `%${byte.toString(16).padStart(2, "0")}`;
const bytesOf = (text: string) => [...new TextEncoder().encode(text)];
const encoded = (text: string) => bytesOf(text).map(hex).join("");

/** RFC 3986 section 2.3: encoded or not, the same. */
const unreserved = fc.constantFrom(..."abcXYZ019-._~").map(
  (text): Piece => ({
    canonical: text,
    spellings: [text, encoded(text), encoded(text).toUpperCase()],
  }),
);
/** Section 2.2: stands as it is, and is something else when encoded. */
const delimiter = fc
  .constantFrom(..."!$&'()*+,;=:@")
  .map((text): Piece => ({ canonical: text, spellings: [text] }));
const encodedOnly = fc.constantFrom(..."/?#%[]!;=\\ \u0000").map(
  (text): Piece => ({
    canonical: encoded(text).toUpperCase(),
    spellings: [encoded(text), encoded(text).toUpperCase()],
  }),
);
/** Raw as clients send them, or encoded. */
const wide = fc.constantFrom(...'éß日\u{1f511}|^{}"<>`').map(
  (text): Piece => ({
    canonical: encoded(text).toUpperCase(),
    spellings: [text, encoded(text), encoded(text).toUpperCase()],
  }),
);

const segment = fc
  .array(fc.oneof(unreserved, unreserved, delimiter, encodedOnly, wide), { maxLength: 6 })
  .filter((pieces) => !/^\.{1,2}$/.test(pieces.map(({ canonical }) => canonical).join("")));

interface Place {
  readonly scheme: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly path: readonly (readonly Piece[])[];
}

const hosts = ["api.example.com", "example.com", "localhost", "127.0.0.1", "[::1]", "a-b.example"];
const place: fc.Arbitrary<Place> = fc.record({
  scheme: fc.constantFrom("http", "https"),
  host: fc.constantFrom(...hosts),
  port: fc.constantFrom(undefined, 80, 443, 8443),
  path: fc.array(segment, { maxLength: 4 }),
});

const defaults: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** What the pieces themselves say, put together naively. */
function canonicalOf({ scheme, host, port, path }: Place): string {
  const portText = port === undefined || port === defaults[scheme] ? "" : `:${port}`;
  const segments = path.map((pieces) => pieces.map(({ canonical }) => canonical).join(""));
  return `${scheme}://${host}${portText}/${segments.join("/")}`;
}

/** One spelling of the place, picked by the numbers. */
function spell({ scheme, host, port, path }: Place, picks: readonly number[]): string {
  let turn = 0;
  const pick = <T>(choices: readonly T[]): T => {
    const choice = choices[(picks[turn++ % picks.length] ?? 0) % choices.length];
    if (choice === undefined) throw new Error("nothing to choose from");
    return choice;
  };
  const cased = (text: string) =>
    pick([text, text.toUpperCase(), `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`]);
  const portNumber = port ?? defaults[scheme];
  const portText =
    portNumber === defaults[scheme] ? pick(["", ":", `:${portNumber}`]) : `:${portNumber}`;
  const segments = path.flatMap((pieces) => {
    const text = pieces.map(({ spellings }) => pick(spellings)).join("");
    return [...pick([[], [], ["."], ["x", ".."], ["%2E"], ["é", "%2e."]]), text];
  });
  const rest = pick(["", "?", "?a=/../b", "#f", "?a#b?c", "?%zz"]);
  const pathText =
    path.length === 0 ? pick(["", "/", "/.", "/..", "/a/.."]) : `/${segments.join("/")}`;
  return `${cased(scheme)}://${cased(host)}${portText}${pathText}${rest}`;
}

const picks = fc.array(fc.nat(60), { minLength: 1, maxLength: 40 });

test("every spelling of a place gives the text that its pieces give", () => {
  fc.assert(
    fc.property(place, picks, (where, choice) => {
      expect(normalise(spell(where, choice))).toBe(canonicalOf(where));
    }),
    { numRuns: 500 },
  );
});

test("two places are equal when, and only when, their pieces are", () => {
  fc.assert(
    fc.property(place, place, picks, (one, other, choice) => {
      const equal = normalise(spell(one, choice)) === normalise(spell(other, choice));
      expect(equal).toBe(canonicalOf(one) === canonicalOf(other));
    }),
    { numRuns: 500 },
  );
});

test("one piece more, less or changed is another place", () => {
  fc.assert(
    fc.property(place, segment, picks, (where, extra, choice) => {
      const text = normalise(spell(where, choice));
      const others: Place[] = [
        { ...where, scheme: where.scheme === "http" ? "https" : "http" },
        { ...where, host: `${where.host === "localhost" ? "" : "x."}localhost` },
        { ...where, port: where.port === 8443 ? 8444 : 8443 },
        { ...where, path: [...where.path, extra, extra] },
        { ...where, path: [[{ canonical: "q", spellings: ["q"] }], ...where.path] },
      ];
      for (const other of others) {
        if (canonicalOf(other) !== canonicalOf(where))
          expect(normalise(spell(other, choice))).not.toBe(text);
      }
    }),
  );
});

/** Schemes, delimiters and everything that parsers disagree about. */
const hostile = fc
  .array(
    fc.constantFrom(
      "http",
      "https",
      "HTTPS",
      "://",
      ":/",
      "/",
      "//",
      "\\",
      "@",
      ":",
      "?",
      "#",
      "%",
      "%2",
      "%2f",
      "%2e",
      "%C3",
      ".",
      "..",
      "a",
      "b.example",
      "[",
      "]",
      "[::1]",
      "80",
      "443",
      "é",
      "\t",
      "\n",
      " ",
      "\u00a0",
      "\u3002",
      "\uff0f",
      "\ud800",
      "\u0000",
      ";",
      "|",
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(""));
const anyUrl = fc.oneof(
  hostile,
  hostile.map((text) => `https://${text}`),
  hostile.map((text) => `https://a.example/${text}`),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.string({ unit: "binary" }),
);

test("normalising is idempotent, and its result is what URL makes of it too", () => {
  fc.assert(
    fc.property(anyUrl, (url) => {
      const text = normalise(url);
      if (text === undefined) return;
      expect(normalise(text)).toBe(text);
      expect(text).toMatch(/^https?:\/\/[a-z0-9._:[\]-]+\/[\w~!$&'()*+,;=:@/.%-]*$/);
      // Hosts that end in a number are addresses to URL, and labels of their own to us.
      if (!/^https?:\/\/[^/]*?(\.|\/)?(\d+|0x[0-9a-f]*)\.?(:\d+)?\//.test(text)) {
        if (URL.canParse(text)) expect(new URL(text).href).toBe(text);
      }
    }),
    { numRuns: 3000 },
  );
});

test("where URL reads a host at all, it reads the same one, and no userinfo", () => {
  fc.assert(
    fc.property(anyUrl, (url) => {
      const text = normalise(url);
      if (text === undefined || !URL.canParse(url) || !URL.canParse(text)) return;
      const [theirs, ours] = [new URL(url), new URL(text)];
      expect([theirs.protocol, theirs.host, theirs.username]).toEqual([
        ours.protocol,
        ours.host,
        "",
      ]);
    }),
    { numRuns: 3000 },
  );
});
