import { Readable } from "node:stream";
import { type Refusal, type RefusalCode, refusals } from "../../src/decision.ts";
import { withoutControls } from "../../src/event/clean.ts";
import { hasClientLeft } from "../../src/event/ending.ts";
import { type Problem, problems } from "../../src/forward/problem.ts";
import { exit, UsageError } from "../exit.ts";
import { entriesIn, type ToldEvent } from "../tail/entries.ts";
import { jsonInLines } from "../tail/json-in-lines.ts";
import { advice } from "./advice.ts";
import { isCode } from "./answer.ts";

/** Seconds by which a clock may be off before it is worth a word. */
const noticeable = 5;

interface ExplainedEvent {
  readonly place: string;
  readonly outcome: string;
  readonly request_id?: string;
  readonly refused?: RefusalCode;
  readonly says: string;
  readonly expected?: string;
  readonly found?: string;
  readonly change?: string;
  /** What else the event tells. */
  readonly notes: readonly string[];
}

/** `explain --event`: what to change, by what the edge wrote down. @throws UsageError */
export async function explainEvents(
  text: string,
  { json, short }: { readonly json?: boolean; readonly short?: boolean },
): Promise<number> {
  const events = (await eventsIn(text)).map(explained);
  if (events.length === 0) {
    throw new UsageError(
      /\{"v":\d/.test(text)
        ? "A line begins like an event and is cut short, or broken over several: give it whole."
        : 'There is no event in the input: one is a line of JSON that begins {"v":1, (docs/events.md).',
    );
  }
  const ok = events.every(({ outcome }) => outcome !== "refuse");
  if (json) process.stdout.write(`${JSON.stringify({ ok, events }, null, 2)}\n`);
  else if (short) process.stdout.write(events.map((each) => `${shortOf(each)}\n`).join(""));
  else process.stdout.write(events.map((each) => `${textOf(each)}\n`).join("\n"));
  return ok ? exit.ok : exit.wrong;
}

async function eventsIn(text: string): Promise<ToldEvent[]> {
  const events: ToldEvent[] = [];
  for await (const found of jsonInLines(Readable.from(text.split(/\r?\n/)))) {
    const entries = found === undefined ? [] : entriesIn(found.value);
    events.push(...entries.flatMap((each) => (each.kind === "event" ? [each.event] : [])));
  }
  return events;
}

function explained(event: ToldEvent): ExplainedEvent {
  const { code, would, expected, found, request_id } = event;
  const known = code !== undefined && isCode(code) ? code : undefined;
  const shadow = would !== undefined && isCode(would) ? would : undefined;
  const to = known ?? shadow;
  return {
    place: shown(`${event.method} ${event.path ?? event.route ?? "-"}`),
    outcome: shown(event.outcome),
    ...(request_id === undefined ? {} : { request_id: shown(request_id) }),
    ...(known === undefined ? {} : { refused: known }),
    says: saysOf(event, known, shadow),
    ...(expected === undefined ? {} : { expected: shown(expected) }),
    ...(found === undefined ? {} : { found: shown(found) }),
    ...(to === undefined ? {} : { change: advice[to] }),
    notes: notesOf(event),
  };
}

function saysOf(event: ToldEvent, code: RefusalCode | undefined, would: RefusalCode | undefined) {
  if (code !== undefined) {
    const { error, says }: Refusal = refusals[code];
    const status = event.status ?? refusals[code].status;
    return `Refused: ${status}${error ? ` ${error}` : ""}, ${code}. ${says}`;
  }
  if (event.code !== undefined)
    return `Refused: ${shown(event.code)}, a code that this version does not know.`;
  if (would !== undefined)
    return `Allowed, and required would have refused it: ${would}. ${refusals[would].says}`;
  return event.outcome === "allow" ? "Allowed." : `Answered by the edge: ${shown(event.outcome)}.`;
}

function notesOf(event: ToldEvent) {
  const { clock_skew, proof_age, nonce, revocation, upstream, fault, code, count = 1 } = event;
  const skew = clock_skew ?? 0;
  const problem = upstream?.problem;
  return [
    ...(Math.abs(skew) > noticeable
      ? [`The client's clock is at least ${Math.abs(skew)} s ${skew > 0 ? "ahead" : "behind"}.`]
      : []),
    ...(code === "proof.iat" && proof_age !== undefined
      ? [`By the client's clock the proof was made ${ageText(proof_age)}.`]
      : []),
    ...(nonce === "foreign" ? ["The nonce is of another server, or of another master key."] : []),
    ...(revocation === "unchecked"
      ? ["No list of revocations was at hand, and serve.revocation.on_failure let it pass."]
      : []),
    ...(hasClientLeft(event) ? [`The client left before its answer: ${leftAfter(event)}`] : []),
    ...(problem !== undefined && isProblem(problem)
      ? [`Behind the edge: ${problem}. ${problems[problem].detail}`]
      : []),
    ...(fault === undefined ? [] : [`For the operator: ${shown(fault)}`]),
    ...(count > 1 ? [`The line stands for ${count} requests.`] : []),
  ];
}

function leftAfter({ upstream }: ToldEvent): string {
  return upstream === undefined
    ? "nothing was sent to the upstream."
    : "the upstream had been asked, and may have acted.";
}

function ageText(seconds: number): string {
  return seconds >= 0 ? `${seconds} s ago` : `${-seconds} s ahead`;
}

function isProblem(text: string): text is Problem {
  return Object.hasOwn(problems, text);
}

function shown(text: string): string {
  return withoutControls(text);
}

function shortOf({ place, says, change, notes }: ExplainedEvent): string {
  return [place, " ", says, ...(change === undefined ? notes : [change])].join(" ");
}

function textOf({ place, request_id, says, expected, found, change, notes }: ExplainedEvent) {
  return [
    request_id === undefined ? place : `${place}  ${request_id}`,
    `  ${says}`,
    ...(expected === undefined ? [] : [`    expected  ${expected}`]),
    ...(found === undefined ? [] : [`    found     ${found}`]),
    ...(change === undefined ? [] : [`  Change: ${change}`]),
    ...notes.map((note) => `  ${note}`),
  ].join("\n");
}
