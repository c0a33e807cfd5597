/** One event of a text/event-stream (HTML standard, section 9.2.6). */
export interface StreamEvent {
  /** As it arrived, with the empty line that ends it. */
  readonly block: string;
  /** Its `data` lines joined; absent where it has none. */
  readonly data?: string;
  readonly id?: string;
  /** Milliseconds. */
  readonly retry?: number;
}

/** More than any message of the protocol; what never ends must not fill the memory. */
const longestEvent = 8 * 1024 * 1024;

/** Cuts a stream's text into events, whatever chunks it comes in. */
export class EventStreamParser {
  #line = "";
  #half = false;
  #block = "";
  #data: string[] | undefined;
  #id: string | undefined;
  #retry: number | undefined;

  /** The events that end in this text. Throws a RangeError for one that does not come to its end. */
  push(text: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.#line += text;
    // What was there has been looked through: letter by letter a line would cost its square.
    const ends = this.#half || /[\r\n]/.test(text);
    // A carriage return at the end may be the half of a line's end.
    this.#half = text === "" ? this.#half : text.endsWith("\r");
    if (ends) this.#cut(events);
    if (this.#line.length + this.#block.length > longestEvent) {
      throw new RangeError("an event of the stream is too long");
    }
    return events;
  }

  #cut(events: StreamEvent[]): void {
    for (let end = lineEnd(this.#line); end !== undefined; end = lineEnd(this.#line)) {
      const line = this.#line.slice(0, end.at);
      this.#block += this.#line.slice(0, end.after);
      this.#line = this.#line.slice(end.after);
      if (line === "") events.push(this.#take());
      else this.#read(line);
    }
  }

  /** What is left when the stream ends: the beginning of an event that never was. */
  rest(): string {
    return this.#block + this.#line;
  }

  #read(line: string): void {
    const [, field = line, value = ""] = /^([^:]*):? ?([\s\S]*)$/.exec(line) ?? [];
    if (field === "data") {
      this.#data ??= [];
      this.#data.push(value);
    }
    if (field === "id" && !value.includes("\0")) this.#id = value;
    if (field === "retry" && /^\d+$/.test(value)) this.#retry = Number(value);
  }

  #take(): StreamEvent {
    const event = {
      block: this.#block,
      ...(this.#data === undefined ? {} : { data: this.#data.join("\n") }),
      ...(this.#id === undefined ? {} : { id: this.#id }),
      ...(this.#retry === undefined ? {} : { retry: this.#retry }),
    };
    this.#block = "";
    this.#data = undefined;
    this.#id = undefined;
    this.#retry = undefined;
    return event;
  }
}

function lineEnd(text: string): { readonly at: number; readonly after: number } | undefined {
  const at = text.search(/[\r\n]/);
  if (at === -1) return undefined;
  if (text.charAt(at) === "\n") return { at, after: at + 1 };
  if (at + 1 === text.length) return undefined;
  return { at, after: text.charAt(at + 1) === "\n" ? at + 2 : at + 1 };
}
