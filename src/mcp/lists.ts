import { Fault } from "../decision.ts";
import { EventStreamParser, type StreamEvent } from "./event-stream.ts";
import type { Named } from "./message.ts";

/** Whether the caller may use what a list names. */
export type Visible = (kind: Named, name: string) => Promise<boolean>;

/** The members of a result that are lists, and the member of an entry that names it. */
const lists: ReadonlyArray<readonly [list: string, kind: Named, name: string]> = [
  ["tools", "tools", "name"],
  ["resources", "resources", "uri"],
  ["resourceTemplates", "resources", "uriTemplate"],
  ["prompts", "prompts", "name"],
];

/** Bytes of a JSON answer; a list that is longer cannot be shown. */
const longestAnswer = 8 * 1024 * 1024;

/**
 * An answer with only what its reader may use in its lists. Events pass one by one, as they come,
 * and unchanged where they hold no list. Throws a Fault for an answer that it cannot look into.
 */
export function filterLists(
  body: ReadableStream,
  contentType: string,
  visible: Visible,
): ReadableStream {
  const reader = body.getReader();
  const turn = /^text\/event-stream/i.test(contentType)
    ? eventTurns(reader, visible)
    : jsonTurns(reader, visible);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      for (;;) {
        const text = await turn();
        if (text === undefined) return controller.close();
        if (text !== "") return controller.enqueue(encoder.encode(text));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** The next piece of text; "" for none yet, undefined at the end. */
type Turn = () => Promise<string | undefined>;

function eventTurns(reader: ReadableStreamReader, visible: Visible): Turn {
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  let ended = false;
  return async () => {
    if (ended) return undefined;
    const chunk = await reader.read();
    ended = chunk.done;
    // The beginning of an event that never ends is not told: it could be a list.
    if (chunk.done) return undefined;
    let text = "";
    for (const event of parser.push(decoder.decode(chunk.value, { stream: true }))) {
      text += await filteredEvent(event, visible);
    }
    return text;
  };
}

async function filteredEvent(event: StreamEvent, visible: Visible): Promise<string> {
  if (event.data === undefined || event.data === "") return event.block;
  const filtered = await filteredText(event.data, visible);
  if (filtered === undefined) return event.block;
  const others = event.block
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== "" && !/^data(?::|$)/.test(line));
  return [...others, `data: ${filtered}`, "", ""].join("\n");
}

function jsonTurns(reader: ReadableStreamReader, visible: Visible): Turn {
  let ended = false;
  return async () => {
    if (ended) return undefined;
    ended = true;
    const decoder = new TextDecoder();
    let text = "";
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      text += decoder.decode(chunk.value, { stream: true });
      if (text.length > longestAnswer)
        throw new Fault("An answer with a list is too long to be filtered.");
    }
    return (await filteredText(text, visible)) ?? text;
  };
}

/** Undefined where nothing is to be left out. */
async function filteredText(text: string, visible: Visible): Promise<string | undefined> {
  const value = parsed(text);
  const messages: unknown[] = Array.isArray(value) ? value : [value];
  let changed = false;
  for (const message of messages) {
    const result = memberOf(message, "result");
    for (const [list, kind, name] of lists) {
      const entries = memberOf(result, list);
      if (!Array.isArray(entries) || !isObject(result)) continue;
      // MCP 2026-07-28: what is in it depends on the caller now, so no other may be shown it.
      if (memberOf(result, "cacheScope") === "public") {
        Reflect.set(result, "cacheScope", "private");
        changed = true;
      }
      const shown = await Promise.all(
        entries.map(async (entry) => {
          const named = memberOf(entry, name);
          return typeof named === "string" && (await visible(kind, named));
        }),
      );
      if (shown.every((each) => each)) continue;
      changed = true;
      Reflect.set(
        result,
        list,
        entries.filter((_, index) => shown[index]),
      );
    }
  }
  return changed ? JSON.stringify(value) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
