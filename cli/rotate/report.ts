import { exit } from "../exit.ts";
import { type Next, type Step, steps } from "./plan.ts";
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
  const lines = [...headline(rotating), ...outline(rotating), ...advice(rotating, commands)];
  say(lines.join("\n"));
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
  if (plan.next.do === "refuse") return [];
  const { kind, periods } = subject;
  const { next, done } = plan;
  const due = dueStep(next);
  const at = due === undefined ? steps.length : steps.indexOf(due);
  return steps.flatMap((step, index) => {
    const behind = done[step] !== undefined || index < at;
    const waits = next.do === "wait" && step === due;
    const now = step === due && !waits;
    const line = `  ${mark(behind, now)}  ${sentence(step, kind)}`;
    if (step === "pin" || step === "add") return [line];
    const length = `(${wait(step, periods)} s)`;
    return [`  ${mark(behind || now, waits)}  ${waiting(step, kind)} ${length}`, line];
  });
}

function mark(behind: boolean, now: boolean): string {
  return behind ? "done" : now ? "now " : "    ";
}

/** Undefined where all are behind, or none can be told. */
function dueStep(next: Next): Step | undefined {
  if (next.do === "wait") return next.until;
  if (next.do === "settle") return next.step;
  return isStep(next.do) ? next.do : undefined;
}

function advice({ plan, subject, target }: Rotating, commands: readonly string[]): string[] {
  const { next, unseen } = plan;
  const text = told(next, subject.kind);
  if (next.do === "refuse") return [text];
  if (!isStep(next.do)) return ["", text];
  const word = unseen.includes(next.do)
    ? ["Done by hand: say so with --done, since it cannot be seen."]
    : [];
  const set = commands.some((line) => line.endsWith("the-set"))
    ? [
        `(the-set: a file with the text of ${subject.binding}; --apply makes it and sends it itself. By hand: docs/runbooks/rotating-keys.md.)`,
      ]
    : [];
  const tool = target === "aws" ? "the AWS CLI and osls" : "wrangler";
  return [
    "",
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
