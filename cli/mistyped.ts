import { nearest } from "../src/documents/nearest.ts";

/** What parseArgs found wrong, in a line, with the option that was probably meant. */
export function mistyped(fault: unknown, names: readonly string[]): string {
  const [reason = ""] = fault instanceof Error ? fault.message.split(". ") : [String(fault)];
  const written = /^Unknown option '--([^']+)'/.exec(reason)?.[1];
  const close = written === undefined ? undefined : nearest(written, names);
  return close === undefined ? reason : `${reason} (Did you mean --${close}?)`;
}
