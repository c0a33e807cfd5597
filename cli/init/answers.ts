import { UsageError } from "../exit.ts";
import type { Ask, Question } from "./ask.ts";

export const targets = ["cloudflare", "aws"] as const;
export type InitTarget = (typeof targets)[number];

/** What a project is made from. */
export interface Answers {
  readonly target: InitTarget;
  /** Exact: the `iss` of its tokens. */
  readonly issuer: string;
  /** What clients call, and sign as htu. */
  readonly origin: string;
  /** Where requests go: an origin. */
  readonly upstream: string;
}

export type Given = { readonly [Name in keyof Answers]?: string | undefined };

const questions: readonly (Question & { readonly name: keyof Answers })[] = [
  {
    name: "target",
    ask: "Where will it run? cloudflare or aws",
    otherwise: "cloudflare",
    wrong: (answer) =>
      targets.some((target) => target === answer) ? undefined : "cloudflare or aws",
  },
  {
    name: "issuer",
    ask: "Who issues the access tokens? (the iss of a token)",
    otherwise: "https://idp.example",
    wrong: (answer) => wrongUrl(answer, true),
  },
  {
    name: "origin",
    ask: "What will clients call?",
    otherwise: "https://api.example.com",
    wrong: (answer) => wrongUrl(answer, false),
  },
  {
    name: "upstream",
    ask: "Where is the API that is to be protected?",
    otherwise: "https://upstream.example",
    wrong: (answer) => wrongUrl(answer, false),
  },
];

/**
 * What was not told is asked for, on a terminal; elsewhere (CI, a pipe) examples stand in, to be
 * replaced in the documents. @throws UsageError for what cannot be meant
 */
export async function answers(given: Given, ask: Ask | undefined): Promise<Answers> {
  // What was told comes first: nobody answers questions for nothing.
  for (const { name, wrong } of questions) {
    const told = given[name];
    const problem = told === undefined ? undefined : wrong(told);
    if (problem !== undefined) {
      throw new UsageError(`--${name} must be ${problem}, not ${JSON.stringify(told)}.`);
    }
  }
  const all = new Map<string, string>();
  for (const question of questions) {
    const { name, otherwise } = question;
    all.set(name, given[name] ?? (ask === undefined ? otherwise : await ask(question)));
  }
  const of = (name: keyof Answers): string => all.get(name) ?? "";
  return {
    target: of("target") === "aws" ? "aws" : "cloudflare",
    issuer: of("issuer"),
    origin: new URL(of("origin")).origin,
    upstream: new URL(of("upstream")).origin,
  };
}

/** An issuer may have a path (a realm, a tenant); an origin has none. */
function wrongUrl(answer: string, mayHavePath: boolean): string | undefined {
  const wanted = mayHavePath
    ? "an https URL such as https://idp.example (http on loopback only)"
    : "an https origin, without a path, such as https://api.example.com (http on loopback only)";
  if (!URL.canParse(answer)) return wanted;
  const { protocol, hostname, pathname, search, hash, username } = new URL(answer);
  const loopback = hostname === "127.0.0.1" || hostname === "localhost";
  const secure = protocol === "https:" || (protocol === "http:" && loopback);
  const bare = search === "" && hash === "" && username === "";
  return secure && bare && (mayHavePath || pathname === "/") ? undefined : wanted;
}
