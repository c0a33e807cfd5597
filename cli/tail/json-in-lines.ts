/** Lines that one value may span: `wrangler tail --format json` writes each over many. */
const mostLines = 5000;
const mostCharacters = 4_000_000;

/** A value that was found in a line, or undefined for a line that holds none. */
export type Found = { readonly value: unknown } | undefined;

/**
 * Finds the JSON objects in lines, whatever a log puts before them (times, stream names, levels),
 * on one line or over several. A value that never ends costs nothing but itself: the next line that
 * begins one is looked at again.
 */
export async function* jsonInLines(lines: AsyncIterable<string>): AsyncGenerator<Found> {
  let open: { text: string; count: number } | undefined;
  for await (const line of lines) {
    if (line.trim() === "") continue;
    if (open !== undefined && !beginsAnother(line)) {
      open = { text: `${open.text}\n${line}`, count: open.count + 1 };
      // Only a line that can close it: a parse for every line would be quadratic.
      const whole = /^[\]}]/.test(line) ? parsed(open.text) : undefined;
      if (whole !== undefined) yield whole;
      if (whole !== undefined) open = undefined;
      else if (open.count > mostLines || open.text.length > mostCharacters) {
        open = undefined;
        yield undefined;
      }
      continue;
    }
    if (open !== undefined) yield undefined;
    open = undefined;
    const start = line.indexOf("{");
    const text = start === -1 ? "" : line.slice(start);
    const whole = parsed(text);
    if (whole === undefined && /^\{\s*$/.test(text)) open = { text, count: 1 };
    else yield whole;
  }
  if (open !== undefined) yield undefined;
}

/** What is inside of a value over several lines is indented. */
function beginsAnother(line: string): boolean {
  return /^(?:\{|\d{4}-\d\d-\d\dT)/.test(line);
}

function parsed(text: string): Found {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { value } : undefined;
  } catch {
    return undefined;
  }
}
