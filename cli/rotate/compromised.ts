import { exit, UsageError } from "../exit.ts";
import { newKey } from "./key-set.ts";
import { commandsOf, run, typed } from "./platform.ts";
import type { Asked } from "./rotating.ts";
import { replaceSecret } from "./secrets-file.ts";

/**
 * A new master key under the id of the present one, in the place of all master keys: in one step,
 * since what the thief makes with the old one is good until it is gone.
 */
export async function replaceAtOnce(asked: Asked): Promise<number> {
  const { subject, set, secrets, apply, json } = asked;
  if (subject.kind !== "master-key") {
    throw new UsageError(
      "Only a master key is replaced at once: whoever verifies internal tokens must know a new signing key before it signs.",
    );
  }
  const [selected] = subject.selects;
  const kid = selected ?? set.kids[0] ?? "dpop-nonce-master-key-1";
  const commands = commandsOf("remove", asked);
  if (apply) {
    const text = set.replacedBy(await newKey(kid, subject));
    await replaceSecret(secrets, subject.binding, text);
    for (const command of commands) await run(command, text);
  }
  if (json) {
    const answer = { ok: true, applied: apply === true, kid, commands: commands.map(typed) };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return exit.ok;
  }
  const lines = apply
    ? [
        `Done: ${subject.binding} holds one new master key, ${kid}. Each client is challenged once (nonce.invalid).`,
      ]
    : [
        `Store a new key in the place of all master keys, under the id of the present one, ${kid}:`,
        ...commands.map((command) => `  ${typed(command)}`),
        "With --apply it is made, kept in the file and stored. Each client is then challenged once (nonce.invalid).",
      ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return exit.ok;
}
