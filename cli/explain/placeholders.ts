import { type SentRequest, UnreadableRequest } from "./sent-request.ts";

const kinds: readonly {
  readonly pattern: RegExp;
  readonly is: (found: string) => string;
}[] = [
  {
    pattern: /\$\{?[A-Za-z_]\w{0,40}\}?|\$\([^)]{0,60}\)|%[A-Z_]{2,40}%/,
    is: (found) =>
      `${found}, which no shell has expanded: give the value itself, or use double quotes around it`,
  },
  {
    pattern: /\.{3}|\u2026/,
    is: (found) => `"${found}": it was shortened. Give it whole; explain masks it in what it says`,
  },
  {
    // Words alone: between the letters of a token they would be chance, and part of a secret.
    pattern:
      /<[A-Za-z_ -]{1,40}>|\{\{[^}]{1,40}\}\}|(?<=^|\s)(?:YOUR|MY)(?:[_-][A-Z]{1,12}){1,4}$/i,
    is: (found) => `the placeholder ${found}: put the value in its place`,
  },
];

/** What stands for a token or a proof, and is none. @throws UnreadableRequest */
export function refusePlaceholders({ headers }: Pick<SentRequest, "headers">): void {
  for (const name of ["Authorization", "DPoP"]) {
    const value = headers.get(name) ?? "";
    for (const { pattern, is } of kinds) {
      const [found] = pattern.exec(value) ?? [];
      if (found !== undefined)
        throw new UnreadableRequest(`The header ${name} holds ${is(found)}.`);
    }
  }
}

/** One line that is no request: what it is instead. Echoed only where it can be no secret. */
export function whatLineIs(line: string): string {
  const ask = "Give a curl command, a HAR, or a request line with header fields";
  if (/^eyJ[\w-]+(?:\.[\w-]*)+$/.test(line))
    return `A JWT alone is no request. ${ask}, with the token and the proof in them.`;
  if (/^https?:\/\/\S+$/i.test(line))
    return `A URL alone is no request. ${ask}: curl -H "Authorization: DPoP TOKEN" -H "DPoP: PROOF" URL.`;
  const shown = /^[A-Za-z !?]{1,24}$/.test(line) ? `"${line}"` : "One line of text";
  return `${shown} is no request. ${ask}: begin with one such as GET https://api.example.com/orders HTTP/1.1.`;
}
