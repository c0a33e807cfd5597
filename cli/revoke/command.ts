import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import type { RevokeOptions } from "./revoke.ts";

/** `revoke`. */
export function addRevoke(program: Command, finish: Finish): void {
  program
    .command("revoke")
    .description(
      "shut out a key, a token or a subject until a moment: prints what does it, or does it",
    )
    .option("--jkt <thumbprint>", "a client's key (RFC 7638); again for several", collected)
    .option("--jti <id>", "a token, by its jti; again for several", collected)
    .option("--sub <id>", "a subject, as tokens name it; again for several", collected)
    .option("--from-event", "these are the hashes of an event line: its jkt, token or sub")
    .option("--until <time>", "24h, 7d, a date, or seconds since 1970")
    .option("--lift", "let them in again")
    .option("--list", "print who is shut out, or which of these are")
    .option("--apply", "do it, in place of printing the command")
    .option(
      "--config <dir>",
      "the folder with the documents (default: DPOP_EDGE_CONFIG, or config)",
    )
    .option("--edge <url>", "the deployed Worker (default: serve.public_origin)")
    .option(
      "--secrets <file>",
      "NAME=value lines with the secret of serve.revocation.access (default: the environment)",
    )
    .option("--table <name>", "AWS: the DynamoDB table, in place of a Worker")
    .option("--region <region>", "AWS: where the table is; again for each of several", collected)
    .option("--json", "print {ok, applied, revoke, lift, commands} or {ok, entries} as JSON")
    .addHelpText(
      "after",
      example(
        "dpop-edge revoke --jkt 0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I --until 7d",
        "dpop-edge revoke --sub alice --until 2026-12-24T00:00:00Z --secrets production.vars --apply",
        "dpop-edge revoke --jkt 8f3b2c1d0e9a7c55 --from-event --until 24h --table edge-revocations --region eu-central-1 --apply",
        "dpop-edge revoke --list --secrets production.vars",
      ),
    )
    .action(async (options: RevokeOptions) => {
      const { revoke } = await import("./revoke.ts");
      finish(await revoke(options));
    });
}

/** One value each: a thumbprint may begin with a dash, which a list of values could not. */
function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
