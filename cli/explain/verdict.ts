import { type Refusal, type RefusalCode, refusals } from "../../src/decision.ts";
import { codeOf, errorOf, isRefusal } from "./answer.ts";
import type { Finding } from "./findings.ts";
import type { Answered } from "./sent-request.ts";
import type { Explained } from "./walk.ts";

/** What a request comes to: by the checks here, and by the server's answer where there is one. */
export interface Verdict {
  readonly refused: boolean;
  /** One sentence or two, without what to change. */
  readonly says: string;
  readonly change?: string;
  /** Where the server and the checks here say otherwise: which of the two could be wrong, and why. */
  readonly disagreement?: string;
}

/** A refusal by the server is one, whatever was found here. */
export function verdictOf(explained: Explained, assumed: boolean): Verdict {
  const { refused, findings, request } = explained;
  const { answer } = request;
  const otherwise = disagreementOf(explained, assumed);
  const disagreement = otherwise === undefined ? {} : { disagreement: otherwise };
  const answered = answer ? ` The server answered ${answeredText(answer)}.` : "";
  const open = findings.filter(({ outcome }) => outcome === "skipped").length;
  if (refused !== undefined) {
    const failures = findings.filter(({ outcome }) => outcome === "failed");
    const more = failures.length > 1 ? ` ${failures.length - 1} more would follow.` : "";
    const says = `Refused: ${refusalText(refused)}${more}${answered}`;
    const [first] = failures;
    const change = first?.outcome === "failed" ? { change: first.change } : {};
    return { refused: true, says, ...change, ...disagreement };
  }
  const unchecked = open === 0 ? "" : `, as far as it was checked (${open} not)`;
  if (answer === undefined || !isRefusal(answer))
    return { refused: false, says: `Passes${unchecked}.${answered}`, ...disagreement };
  const says = `Refused by the server: ${answeredText(answer)}. Here it passes${unchecked}.`;
  return { refused: true, says, ...disagreement };
}

export function refusalText(code: RefusalCode): string {
  const { status, error, says }: Refusal = refusals[code];
  return `${status}${error ? ` ${error}` : ""}, ${code}. ${says}`;
}

export function answeredText(answer: Answered): string {
  const said = [errorOf(answer), codeOf(answer)].filter((each) => each !== undefined);
  return [answer.status === 0 ? "nothing" : `${answer.status}`, ...said].join(" ");
}

function disagreementOf(
  { request: { answer }, refused, findings }: Explained,
  assumed: boolean,
): string | undefined {
  if (answer === undefined || answer.status === 0) return undefined;
  const documents = assumed
    ? "the defaults that were assumed here (give --config)"
    : "the documents that were given here, if others are deployed";
  if (!isRefusal(answer)) {
    if (refused === undefined) return undefined;
    return `The server let it pass. Wrong could be ${documents}; or the server, if nothing enforces DPoP there: its rule may say opportunistic or shadow, or the request went past the edge.`;
  }
  if (refused === undefined) return unexplained(answer, findings, documents);
  if (agrees(answer, refused)) return undefined;
  return `The server says ${answeredText(answer)}, here ${refused} comes first. Wrong could be ${documents}, or the time that it was judged at; another server than this edge may check in another order. Mend what the server says first.`;
}

/** By the most exact thing that the server said. */
function agrees(answer: Answered, refused: RefusalCode): boolean {
  const code = codeOf(answer);
  if (code !== undefined) return code === refused;
  const { error, status }: Refusal = refusals[refused];
  const said = errorOf(answer);
  return said === undefined ? status === answer.status : said === error;
}

function unexplained(answer: Answered, findings: readonly Finding[], documents: string): string {
  const known = codeOf(answer) !== undefined || answer.headers.has("WWW-Authenticate");
  if (!known && answer.status >= 500)
    return "The server failed, which need not be this request's fault: see its log.";
  if (!known)
    return "The answer has neither a challenge nor a code of the edge's: whatever stands before or behind the edge may have given it.";
  const open = findings.filter((each) => each.outcome === "skipped");
  const names = open.map(({ name }) => name).join(", ");
  const unchecked = names === "" ? "" : ` What was not checked here could be it: ${names}.`;
  const proof = errorOf(answer) === "invalid_dpop_proof";
  const only = proof
    ? " Only the server knows whether the proof was used before, which URL it was asked by, and its own clock."
    : "";
  return `Nothing that was checked here explains the server's answer.${unchecked}${only} Wrong could also be ${documents}.`;
}
