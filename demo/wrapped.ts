/** Broken between words where a line would be longer than the terminal; what follows is indented. */
export function wrapped(text: string, columns: number, indent: number): string {
  const room = Math.max(columns - indent, 20);
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}
