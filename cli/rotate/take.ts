import { exit } from "../exit.ts";
import { newKey } from "./key-set.ts";
import type { Step } from "./plan.ts";
import { commandsOf, run } from "./platform.ts";
import { writeRotation } from "./record.ts";
import { sayRefused, sayTaken } from "./report.ts";
import type { Rotating } from "./rotating.ts";
import { replaceSecret } from "./secrets-file.ts";

/** The step, through the platform's tools. @throws UsageError, UnansweredError where one fails */
export async function take(step: Step, rotating: Rotating): Promise<number> {
  const { rotation, subject, set, secrets } = rotating;
  const { from, to, done } = rotation;
  const missing = unwritten(step, rotating);
  if (missing !== undefined) return sayRefused(missing, rotating);
  const text = await textFor(step, rotating);
  // Kept before it is stored: a new key that is lost on the way could never be removed in order.
  if (step === "add" && !set.kids.includes(to)) await replaceSecret(secrets, subject.binding, text);
  for (const command of commandsOf(step, rotating)) await run(command, text);
  if (step === "remove" && set.kids.includes(from))
    await replaceSecret(secrets, subject.binding, text);
  const at = Math.floor(Date.now() / 1000);
  const after = { ...rotation, done: { ...done, [step]: at } };
  await writeRotation(secrets, subject.source, after);
  sayTaken(step, rotating);
  return exit.ok;
}

/** What the documents must say ahead of a deployment; a person writes it. */
function unwritten(step: Step, { subject, rotation }: Rotating): string | undefined {
  const { from, to } = rotation;
  const needed = step === "select" ? to : from;
  if (step !== "select" && step !== "pin") return undefined;
  if (subject.selects.every((kid) => kid === needed)) return undefined;
  return `Write ${needed} in the documents first, as ${subject.selector}; then run this again.`;
}

/** The secret's text after the step. */
async function textFor(step: Step, { rotation, set, subject }: Rotating): Promise<string> {
  const { from, to } = rotation;
  if (step === "add" && !set.kids.includes(to)) return set.with(await newKey(to, subject));
  return step === "remove" ? set.without(from) : set.text;
}
