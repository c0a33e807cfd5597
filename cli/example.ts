/** The end of a command's help. */
export function example(...commands: readonly string[]): string {
  return [
    "",
    commands.length === 1 ? "Example:" : "Examples:",
    ...commands.map((each) => `  ${each}`),
  ].join("\n");
}
