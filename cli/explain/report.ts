import { type Refusal, refusals } from "../../src/decision.ts";
import type { Paint } from "../paint.ts";
import { errorOf } from "./answer.ts";
import type { Explanation, Judged } from "./explain.ts";
import type { Finding } from "./findings.ts";
import { type Pitfall, pitfalls } from "./pitfalls.ts";
import { shownUrl } from "./secret-parts.ts";
import type { Explained } from "./walk.ts";

/** For people. */
export function textOf({ requests, pitfalls: found, assumed }: Explanation, paint: Paint): string {
  const blocks = requests.map((explained, index) =>
    block(explained, index, requests.length, paint),
  );
  const notes = assumed
    ? ["No documents were given (--config): issuer, audience, rules and scopes were not checked."]
    : [];
  return [...blocks, ...found.map((each) => pitfallText(each, requests.length, paint)), ...notes]
    .map((text) => `${text}\n`)
    .join("\n");
}

function block(explained: Judged, index: number, total: number, paint: Paint): string {
  const { request, findings, at, kind, clock } = explained;
  const number = total > 1 ? `${index + 1}. ` : "";
  const lines = [
    paint.bold(`${number}${placeOf(explained)}`),
    `   ${kind === "token" ? "a token request, " : ""}judged at ${new Date(at).toISOString()} (${clock})`,
    ...(request.note === undefined ? [] : [`   ${request.note}`]),
  ];
  let step = "";
  for (const finding of findings) {
    if (finding.step !== step) lines.push(`  ${finding.step}`);
    step = finding.step;
    lines.push(...findingLines(finding, paint));
  }
  return [...lines, verdictText(explained, paint)].join("\n");
}

const column = 26;

function findingLines(finding: Finding, paint: Paint): string[] {
  const name = finding.name.padEnd(column);
  switch (finding.outcome) {
    case "passed":
      return [`    ${paint.green("ok")}    ${name} ${finding.found ?? ""}`.trimEnd()];
    case "skipped":
      return [`    ${paint.dim("-")}     ${name} ${paint.dim(`not checked: ${finding.why}`)}`];
    case "failed":
      return [
        `    ${paint.red("FAIL")}  ${name} ${finding.code}, ${finding.clause}`,
        ...(finding.expected === undefined ? [] : [`            expected  ${finding.expected}`]),
        ...(finding.found === undefined ? [] : [`            found     ${finding.found}`]),
        `            change    ${finding.change}`,
      ];
  }
}

function verdictText({ refused, request, findings }: Explained, paint: Paint): string {
  const answered = request.answer && `The server answered ${answeredText(request.answer)}.`;
  if (refused === undefined) {
    const unchecked = findings.filter(({ outcome }) => outcome === "skipped").length;
    const rest = unchecked === 0 ? "" : `, as far as it was checked (${unchecked} not)`;
    return [`  ${paint.green("Passes")}${rest}.`, answered].filter(Boolean).join(" ");
  }
  const { status, error, says }: Refusal = refusals[refused];
  const failures = findings.filter(({ outcome }) => outcome === "failed").length;
  const more = failures > 1 ? `Before anything else; ${failures - 1} more would follow.` : "";
  const verdict = `  ${paint.red("Refused")}: ${status}${error ? ` ${error}` : ""}, ${refused}. ${says}`;
  return [verdict, more, answered].filter(Boolean).join(" ");
}

function answeredText({ status, headers }: { status: number; headers: Headers }): string {
  const error = errorOf(headers);
  return `${status === 0 ? "nothing" : status}${error ? ` ${error}` : ""}`;
}

function pitfallText({ pitfall, requests, because }: Pitfall, total: number, paint: Paint): string {
  const { name, change } = pitfalls[pitfall];
  const which = total > 1 ? ` (requests ${requests.map((index) => index + 1).join(", ")})` : "";
  return `${paint.bold(`Pitfall: ${name}`)}${which}, ${pitfall}\n  ${because}.\n  ${change}`;
}

/** For machines: {ok, assumed, requests, pitfalls}. */
export function jsonOf({ requests, pitfalls: found, assumed }: Explanation): unknown {
  return {
    ok: requests.every(({ refused }) => refused === undefined),
    assumed,
    requests: requests.map((explained) => {
      const { kind, request, refused, findings, at, clock } = explained;
      const refusal: Refusal | undefined = refused && refusals[refused];
      const [method, url] = [request.method, shownUrl(request)];
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
        ...(request.answer
          ? { answered: { status: request.answer.status, error: errorOf(request.answer.headers) } }
          : {}),
        ...(request.note === undefined ? {} : { note: request.note }),
        checks: findings,
      };
    }),
    pitfalls: found.map((each) => ({ ...each, ...pitfalls[each.pitfall] })),
  };
}

function placeOf(explained: Explained): string {
  return `${explained.request.method} ${shownUrl(explained.request)}`;
}
