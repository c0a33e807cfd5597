import { parseEnv } from "node:util";
import { writeSecretFile } from "../../adapters/node/secret-file.ts";
import { UsageError } from "../exit.ts";
import { fileText } from "../given-files.ts";
import { dotenvLine } from "../secret/texts.ts";

/**
 * Puts another text in the place of one secret of a dotenv file; all else stays as it is.
 * @throws UsageError where that cannot be done, and then nothing is written
 */
export async function replaceSecret(file: string, name: string, text: string): Promise<void> {
  const before = fileText(file);
  const assigned = new RegExp(
    `^(?:export +)?${name}[ \\t]*=[ \\t]*("[^"]*"|'[^']*'|\`[^\`]*\`|[^\\n]*)$`,
    "m",
  );
  const after = before.replace(assigned, () => dotenvLine(name, text));
  const expected = { ...parseEnv(before), [name]: text };
  const read = parseEnv(after);
  const same = Object.entries(expected).every(([key, value]) => read[key] === value);
  if (!same || Object.keys(read).length !== Object.keys(expected).length) {
    throw new UsageError(
      `${name} cannot be replaced in ${file} without changing what else is there: write it once, in quotes, on lines of its own.`,
    );
  }
  await writeSecretFile(file, after, { replace: true });
}
