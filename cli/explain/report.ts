import { type Refusal, refusals } from "../../src/decision.ts";
import type { Paint } from "../terminal/paint.ts";
import { codeOf, errorOf } from "./answer.ts";
import type { Explanation, Judged } from "./explain.ts";
import type { Finding } from "./findings.ts";
import { type Pitfall, pitfalls } from "./pitfalls.ts";
import { shownUrl } from "./secret-parts.ts";
import { verdictOf } from "./verdict.ts";
import type { Explained } from "./walk.ts";

/** For people: the verdicts, what goes wrong between requests, then every check. */
export function textOf(explanation: Explanation, paint: Paint): string {
  const { requests, pitfalls: found, assumed } = explanation;
  const total = requests.length;
  const verdicts = requests.map((each, index) => verdictText(each, index, explanation, paint));
  const details = requests.map((each, index) => detailsText(each, index, total, paint));
  const notes = assumed
    ? ["No documents were given (--config): issuer, audience, rules and scopes were not checked."]
    : [];
  const named = found.map((each) => pitfallText(each, total, paint));
  return [...verdicts, ...named, ...notes, ...details].map((text) => `${text}\n`).join("\n");
}

/** A line a request. */
export function shortOf({ requests, assumed }: Explanation): string {
  const lines = requests.map((explained) => {
    const { says, change } = verdictOf(explained, assumed);
    return [placeOf(explained), " ", says, ...(change === undefined ? [] : [change])].join(" ");
  });
  return lines.map((line) => `${line}\n`).join("");
}

export function isRefused({ requests, assumed }: Explanation): boolean {
  return requests.some((explained) => verdictOf(explained, assumed).refused);
}

function verdictText(
  explained: Judged,
  index: number,
  { requests, assumed }: Explanation,
  paint: Paint,
): string {
  const number = requests.length > 1 ? `${index + 1}. ` : "";
  const { refused, says, change, disagreement } = verdictOf(explained, assumed);
  const [, word = "", rest = ""] = /^(\w+)([\s\S]*)$/.exec(says) ?? [];
  return [
    paint.bold(`${number}${placeOf(explained)}`),
    `  ${refused ? paint.red(word) : paint.green(word)}${rest}`,
    ...(change === undefined ? [] : [`  Change: ${change}`]),
    ...(disagreement === undefined ? [] : [`  ${disagreement}`]),
    ...(explained.request.note === undefined ? [] : [`  ${explained.request.note}`]),
  ].join("\n");
}

function detailsText(explained: Judged, index: number, total: number, paint: Paint): string {
  const { findings, at, kind, clock } = explained;
  const which = total > 1 ? `Request ${index + 1}` : "Checks";
  const judged = `judged at ${new Date(at).toISOString()} (${clock})`;
  const lines = [paint.bold(`${which}, ${kind === "token" ? "a token request, " : ""}${judged}`)];
  let step = "";
  for (const finding of findings) {
    if (finding.step !== step) lines.push(`  ${finding.step}`);
    step = finding.step;
    lines.push(...findingLines(finding, paint));
  }
  return lines.join("\n");
}

const column = 26;
/** Characters of what was sent that are shown at once: a screen has no more. */
const longest = 500;

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}... (${text.length} characters)` : text;
}

function findingLines(finding: Finding, paint: Paint): string[] {
  const name = finding.name.padEnd(column);
  switch (finding.outcome) {
    case "passed":
      return [`    ${paint.green("ok")}    ${name} ${cut(finding.found ?? "")}`.trimEnd()];
    case "skipped":
      return [`    ${paint.dim("-")}     ${name} ${paint.dim(`not checked: ${cut(finding.why)}`)}`];
    case "failed":
      return [
        `    ${paint.red("FAIL")}  ${name} ${finding.code}, ${finding.clause}`,
        ...(finding.expected === undefined
          ? []
          : [`            expected  ${cut(finding.expected)}`]),
        ...(finding.found === undefined ? [] : [`            found     ${cut(finding.found)}`]),
        `            change    ${finding.change}`,
      ];
  }
}

function pitfallText({ pitfall, requests, because }: Pitfall, total: number, paint: Paint): string {
  const { name, change } = pitfalls[pitfall];
  const which = total > 1 ? ` (requests ${requests.map((index) => index + 1).join(", ")})` : "";
  return `${paint.bold(`Pitfall: ${name}`)}${which}, ${pitfall}\n  ${because}.\n  ${change}`;
}

/** For machines: {ok, assumed, requests, pitfalls}. */
export function jsonOf(explanation: Explanation): unknown {
  const { requests, pitfalls: found, assumed } = explanation;
  return {
    ok: !isRefused(explanation),
    assumed,
    requests: requests.map((explained) => {
      const { kind, request, refused, findings, at, clock } = explained;
      const refusal: Refusal | undefined = refused && refusals[refused];
      const { disagreement } = verdictOf(explained, assumed);
      const [method, url] = [request.method, shownUrl(request)];
      const { answer } = request;
      return {
        method,
        url,
        kind,
        at: new Date(at).toISOString(),
        clock,
        ...(refused && refusal
          ? {
              refused: {
                code: refused,
                status: refusal.status,
                ...(refusal.error ? { error: refusal.error } : {}),
              },
            }
          : {}),
        ...(answer
          ? { answered: { status: answer.status, error: errorOf(answer), code: codeOf(answer) } }
          : {}),
        ...(disagreement === undefined ? {} : { disagreement }),
        ...(request.note === undefined ? {} : { note: request.note }),
        checks: findings,
      };
    }),
    pitfalls: found.map((each) => ({ ...each, ...pitfalls[each.pitfall] })),
  };
}

function placeOf(explained: Explained): string {
  return cut(`${explained.request.method} ${shownUrl(explained.request)}`);
}
