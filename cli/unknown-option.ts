import type { Command } from "commander";
import { nearest } from "../src/documents/nearest.ts";

/**
 * The option that a command does not have, with the one that was probably meant: commander tells a
 * required option that is missing, and not that it was mistyped. On a program that is parsed no more.
 */
export function unknownOption(program: Command, args: readonly string[]): string | undefined {
  const { command, rest } = below(program, args);
  const written = command.parseOptions([...rest]).unknown.find((one) => one.startsWith("--"));
  if (written === undefined) return undefined;
  const [typed = ""] = written.split("=");
  const names = command.options.flatMap(({ long }) => long?.slice(2) ?? []);
  const close = nearest(typed.slice(2), names);
  return `${typed} is no option.${close === undefined ? "" : ` Did you mean --${close}?`}`;
}

interface Asked {
  readonly command: Command;
  readonly rest: readonly string[];
}

function below(command: Command, args: readonly string[]): Asked {
  const [first, ...rest] = args;
  const next = command.commands.find((one) => one.name() === first);
  return next === undefined ? { command, rest: args } : below(next, rest);
}
