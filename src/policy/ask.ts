import { BoundedMap } from "../bounded-map.ts";
import type { Ask } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { Kit } from "../mechanisms.ts";
import { renderHeader, renderPayload, renderText, type Seen, valuesOf } from "../mint/render.ts";
import { askEndpoint } from "../token/ask-endpoint.ts";
import { FetchError, place, type TextAnswer } from "../token/fetch-json.ts";
import { payloadOf } from "./payload.ts";
import { withUrlPart } from "./url-part.ts";

/** What a service said, whatever its status. */
export interface Said {
  readonly status: number;
  /** JSON and forms decoded; any other answer is a text. */
  readonly payload: unknown;
  readonly headers: Headers;
}

/** Asks services about requests; one a mechanism, for its answers are kept in it. */
export interface Asking {
  /**
   * @param along headers of the client's request that go along
   * @throws Refused policy.unavailable where there is no answer that can be read, policy.denied
   * where the request makes no question that can be asked
   */
  ask(ask: Ask, seen: Seen, along?: Readonly<Record<string, string>>): Promise<Said>;
}

/** Answers to keep, and the longest to keep: some 20 MB at the worst. */
const mostKept = 1000;
const longestKept = 16 * 1024;

interface Kept {
  readonly said: Said;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

export function createAsking({ runtime, secrets }: Pick<Kit, "runtime" | "secrets">): Asking {
  const kept = new BoundedMap<string, Kept>(mostKept);
  const numbers = new WeakMap<Ask, number>();
  let asks = 0;
  const failed = new WeakSet<Ask>();

  return {
    async ask(ask, before, along = {}) {
      const seen = { ...before, values: valuesOf(ask.values, before) };
      const url = urlOf(ask, seen);
      const body = ask.payload && renderPayload(ask.payload, withUrlPart(seen));
      // What the document says is not for a client to say.
      const headers = { ...along, ...headersOf(ask, body, seen) };
      // Everything that goes in: another question has another answer.
      const key = JSON.stringify([numberOf(ask), url, body, headers]);
      const known = kept.get(key);
      const now = runtime.now();
      if (known && known.from <= now && now < known.until) return known.said;
      const answer = await send(ask, { url, body, headers });
      const { status, headers: told } = answer;
      const said = { status, headers: told, payload: payloadOf(answer) };
      const fits = answer.text.length + key.length <= longestKept;
      if (ask.cacheTtl > 0 && isSuccess(said) && fits)
        kept.set(key, { said, from: now, until: now + ask.cacheTtl * 1000 });
      return said;
    },
  };

  function numberOf(ask: Ask): number {
    const number = numbers.get(ask) ?? asks++;
    numbers.set(ask, number);
    return number;
  }

  async function send(
    ask: Ask,
    question: {
      readonly url: string;
      readonly body: string | undefined;
      readonly headers: Readonly<Record<string, string>>;
    },
  ): Promise<TextAnswer> {
    const { url, body, headers } = question;
    try {
      const asking = askEndpoint(
        runtime.fetch,
        secrets,
        { ...ask.endpoint, url },
        {
          method: ask.method,
          headers,
          anew: failed.has(ask),
          ...(body === undefined ? {} : { body }),
        },
      );
      // The proof is used up by now: whose client leaves meanwhile is decided about all the same, and has its event.
      runtime.outlive?.(asking.catch(() => undefined));
      const answer = await asking;
      failed.delete(ask);
      return answer;
    } catch (error) {
      failed.add(ask);
      if (!(error instanceof FetchError)) throw error;
      // The path may name the caller.
      const found = error.message.replace(place(url), () => ask.endpoint.url);
      throw new Refused("policy.unavailable", { expected: "an answer", found });
    }
  }
}

export function isSuccess({ status }: Pick<Said, "status">): boolean {
  return status >= 200 && status < 300;
}

/** What a template puts into a URL may be the client's: it must not lead anywhere else. */
function urlOf({ url, endpoint }: Ask, seen: Seen): string {
  const rendered = renderText(url, withUrlPart(seen)).trim();
  const parsed = URL.canParse(rendered) ? new URL(rendered) : undefined;
  const asWritten = parsed?.href === rendered || parsed?.href === `${rendered}/`;
  if (parsed && asWritten && parsed.origin === endpoint.url && parsed.hash === "") return rendered;
  throw new Refused("policy.denied", {
    expected: `a URL of ${endpoint.url}`,
    found: "a value that makes another one of it",
  });
}

function headersOf(
  { headers }: Ask,
  body: string | undefined,
  seen: Seen,
): Readonly<Record<string, string>> {
  const rendered = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), renderHeader(value, seen)] as const,
  );
  const isJson = body !== undefined && /^\s*[[{]/.test(body);
  return {
    ...(isJson ? { "content-type": "application/json" } : {}),
    ...Object.fromEntries(rendered),
  };
}
