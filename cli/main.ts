#!/usr/bin/env node
import { type Command, CommanderError } from "commander";
import { exit, UnansweredError, UsageError } from "./exit.ts";
import { createProgram } from "./program.ts";
import { shown } from "./terminal/shown.ts";
import { unknownOption } from "./unknown-option.ts";

/** The command line: the exit code says how it went (exit.ts), with --json stdout says why. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = exit.ok;
  // Until a command has read its options, by what was typed.
  let json = args.includes("--json");
  const program = createProgram((result) => {
    code = result;
  });
  program.hook("preAction", (_, command) => {
    json = command.opts().json === true;
  });
  try {
    await program.parseAsync(withCommandApart(helpMoved(args, program)), { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exit.ok;
    const known = knownFailure(error);
    if (known === undefined) throw error;
    // Commander has said its own on stderr.
    if (!(error instanceof CommanderError)) process.stderr.write(`${shown(known.message)}\n`);
    else if (error.code === "commander.missingMandatoryOptionValue") sayMistyped(args);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: known.message })}\n`);
    return known.code;
  }
}

/** Commander asks for a required option before it looks at the ones that it does not know. */
function sayMistyped(args: readonly string[]): void {
  const said = unknownOption(
    createProgram(() => undefined),
    args,
  );
  if (said !== undefined) process.stderr.write(`${said}\n`);
}

/** `help check` is `check --help`; help for a command that is none is that command, mistyped. */
function helpMoved(args: readonly string[], { commands }: Command): readonly string[] {
  const grouped = commands.some((one) => one.name() === args[0] && one.commands.length > 0);
  const at = args.indexOf("help");
  if (at !== 0 && !(at === 1 && grouped)) return args;
  const rest = args.toSpliced(at, 1);
  const known = rest[0] === undefined || commands.some((one) => one.name() === rest[0]);
  return known ? [...rest, "--help"] : rest;
}

/** `explain curl -H ...`: what follows is curl's, not ours. */
function withCommandApart(args: readonly string[]): string[] {
  const at = args[0] === "explain" ? args.indexOf("curl") : -1;
  return at === -1 || args.includes("--") ? [...args] : args.toSpliced(at, 0, "--");
}

function knownFailure(
  error: unknown,
): { readonly code: number; readonly message: string } | undefined {
  if (error instanceof UsageError) return { code: exit.usage, message: error.message };
  if (error instanceof UnansweredError) return { code: exit.unanswered, message: error.message };
  if (error instanceof CommanderError)
    return { code: exit.usage, message: error.message.replace(/^error: /, "") };
  return undefined;
}

// `dpop-edge ... | head`: whoever reads has read enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});
process.exitCode = await main(process.argv.slice(2));
