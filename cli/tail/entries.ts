import { z } from "zod";
import { isRecord } from "../../src/record.ts";

/** What a line needs of an event; the rest is carried along, so that newer fields pass. */
const event = z.looseObject({
  v: z.number(),
  time: z.string(),
  outcome: z.string(),
  method: z.string(),
  status: z.number().optional(),
  code: z.string().optional(),
  would: z.string().optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
  fault: z.string().optional(),
  path: z.string().optional(),
  route: z.string().optional(),
  rule: z.string().optional(),
  client: z.string().optional(),
  request_id: z.string().optional(),
  proof_age: z.number().optional(),
  clock_skew: z.number().optional(),
  nonce: z.string().optional(),
  count: z.number().min(1).optional(),
  upstream: z
    .looseObject({ status: z.number().optional(), problem: z.string().optional() })
    .optional(),
});
/** What the adapters say beside events: docs/cloudflare.md, docs/aws.md. */
const remark = z.union([
  z.looseObject({ time: z.string(), fault: z.string() }),
  z.looseObject({ time: z.string(), warning: z.string() }),
]);

/** An event of docs/events.md, as it was read. */
export type ToldEvent = z.infer<typeof event>;
export type Entry =
  | { readonly kind: "event"; readonly event: ToldEvent }
  | { readonly kind: "remark"; readonly time: string; readonly says: string };

/** Where platforms put what a program logged: `wrangler tail`, Lambda's JSON lines, CloudWatch's API. */
const wrappers = ["logs", "message", "messages", "events"] as const;
const deepest = 6;

/** The events in a value of a log, itself one or wrapped as its platform wraps it. */
export function entriesIn(value: unknown, depth = 0): Entry[] {
  if (depth > deepest) return [];
  if (typeof value === "string") return entriesIn(jsonOf(value), depth + 1);
  if (Array.isArray(value)) return value.flatMap((each) => entriesIn(each, depth + 1));
  if (!isRecord(value)) return [];
  const read = event.safeParse(value);
  if (read.success) return [{ kind: "event", event: read.data }];
  const said = remark.safeParse(value);
  if (said.success) return [remarkOf(said.data)];
  return wrappers.flatMap((name) => entriesIn(value[name], depth + 1));
}

function remarkOf(said: z.infer<typeof remark>): Entry {
  const says = "fault" in said ? `fault: ${said.fault}` : `warning: ${said.warning}`;
  return { kind: "remark", time: said.time, says };
}

/** Behind a time, an id and a level, as Lambda writes text. */
function jsonOf(text: string): unknown {
  const start = text.indexOf("{");
  if (start === -1) return undefined;
  try {
    return JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}
