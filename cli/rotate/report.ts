import { exit } from "../exit.ts";
import { type Step, steps } from "./plan.ts";
import { commandsOf, typed } from "./platform.ts";
import type { Asked, Rotating } from "./rotating.ts";
import { isStep } from "./rotation.ts";
import { names, sentence, told, wait, waiting } from "./words.ts";

/** Nothing is under way. */
export function sayIdle({ subject, set, json }: Asked): number {
  const { kids } = set;
  if (json) return say({ ok: true, next: { do: "begin" }, holds: kids });
  return say(
    `${names[subject.kind]} is ${kids.join(", ")}, alone in ${subject.binding}, and no rotation is under way.\nTo begin one say the new key's id: --kid ${following(kids)}`,
  );
}

/** Where it stands, and what comes next. */
export function sayNext(rotating: Rotating): number {
  const { plan, json, rotation, deployment } = rotating;
  const { next, done, unseen } = plan;
  const code = next.do === "refuse" ? exit.wrong : exit.ok;
  const commands = isStep(next.do) ? commandsOf(next.do, rotating).map(typed) : [];
  if (json) {
    const { from, to } = rotation;
    say({ ok: code === exit.ok, from, to, edge: deployment.origin, next, done, unseen, commands });
    return code;
  }
  say([...headline(rotating), ...outline(rotating), "", ...advice(rotating, commands)].join("\n"));
  return code;
}

/** A step was taken. */
export function sayTaken(step: Step, { subject, json, rotation }: Rotating): void {
  const { from, to } = rotation;
  if (json) say({ ok: true, from, to, applied: step });
  else {
    say(
      `Done: ${sentence(step, subject.kind)}\nRun the same again: it tells what comes next, and when.`,
    );
  }
}

/** A step cannot be taken yet. */
export function sayRefused(because: string, { json, rotation }: Rotating): number {
  const { from, to } = rotation;
  say(json ? { ok: false, from, to, next: { do: "refuse", because } } : because);
  return exit.wrong;
}

function headline({ subject, rotation, deployment }: Rotating): string[] {
  const { from, to } = rotation;
  const { monitor, origin } = deployment;
  const sees =
    monitor !== undefined
      ? "its health page tells which keys are in force"
      : subject.kind === "signing-key"
        ? "which key signs cannot be seen: there is no health page that could be asked"
        : "nothing of it can be seen: there is no health page that could be asked";
  return [`${names[subject.kind]}, from ${from} to ${to}.`, `At ${origin} ${sees}.`, ""];
}

/** All steps in their order, what is behind and what is ahead. */
function outline({ plan, subject }: Rotating): string[] {
  const { kind, periods } = subject;
  const { next, done } = plan;
  const due = next.do === "wait" ? next.until : next.do === "settle" ? next.step : next.do;
  const at = next.do === "done" ? steps.length : steps.indexOf(due);
  return steps.flatMap((step, index) => {
    const behind = done[step] !== undefined || (at !== -1 && index < at);
    const mark = behind ? "done" : step === due && next.do !== "wait" ? "now " : "    ";
    const pause =
      step === "select" || step === "remove"
        ? [
            `  ${behind ? "done" : next.do === "wait" && step === due ? "now " : "    "}  ${waiting(step, kind)} (${wait(step, periods)} s)`,
          ]
        : [];
    return [...pause, `  ${mark}  ${sentence(step, kind)}`];
  });
}

function advice({ plan, subject, target }: Rotating, commands: readonly string[]): string[] {
  const { next, unseen } = plan;
  const text = told(next, subject.kind);
  if (!isStep(next.do)) return [text];
  const word = unseen.includes(next.do)
    ? ["Done by hand: say so with --done, since it cannot be seen."]
    : [];
  const set = commands.some((line) => line.endsWith("the-set"))
    ? [`(the-set: a file with the text of ${subject.binding}; --apply sends it itself.)`]
    : [];
  const tool = target === "aws" ? "the AWS CLI and osls" : "wrangler";
  return [
    `Now: ${text}`,
    ...commands.map((line) => `  ${line}`),
    ...set,
    `With --apply it is done here, by ${tool}.`,
    ...word,
  ];
}

/** key-1 is followed by key-2. */
function following(kids: readonly string[]): string {
  const last = kids.at(-1) ?? "key-1";
  const [, name = `${last}-`, number = "1"] = /^(.*?)(\d+)$/.exec(last) ?? [];
  return `${name}${Number(number) + 1}`;
}

function say(answer: object | string): number {
  process.stdout.write(`${typeof answer === "string" ? answer : JSON.stringify(answer)}\n`);
  return exit.ok;
}
