/** The end of a command's help. */
export function example(...commands: readonly string[]): string {
  return ["", "Example:", ...commands.map((each) => `  ${each}`)].join("\n");
}
