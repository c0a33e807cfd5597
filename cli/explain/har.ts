import { z } from "zod";
import { type Answered, headersOf, type SentRequest, UnreadableRequest } from "./sent-request.ts";

const fields = z.array(z.object({ name: z.string(), value: z.string() }));
const request = z.object({
  method: z.string(),
  url: z.string(),
  headers: fields,
  bodySize: z.number().optional(),
  postData: z.object({ text: z.string().optional() }).optional(),
});
const entry = z.object({
  request,
  response: z
    .object({
      status: z.number(),
      headers: fields,
      content: z
        .object({ text: z.string().optional(), encoding: z.string().optional() })
        .optional(),
    })
    .optional(),
  startedDateTime: z.string().optional(),
  time: z.number().optional(),
});
type Entry = z.infer<typeof entry>;

const archive = z.object({ log: z.object({ entries: z.array(z.unknown()) }) });

/**
 * The requests of a HAR (1.2), one of its entries, or one of its requests, in the order in which
 * they were sent.
 * @throws UnreadableRequest
 */
export function readHar(value: unknown): SentRequest[] {
  const whole = archive.safeParse(value);
  if (whole.success) {
    return whole.data.log.entries
      .map((each, index) => requestOf(parsed(each, `log.entries[${index}]`)))
      .toSorted((a, b) => (a.sentAt ?? 0) - (b.sentAt ?? 0));
  }
  const bare = request.safeParse(value);
  return [requestOf(bare.success ? { request: bare.data } : parsed(value, "the entry"))];
}

function parsed(value: unknown, where: string): Entry {
  const result = entry.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UnreadableRequest(
    `The JSON is no HAR, HAR entry or HAR request: ${where}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not readable"}.`,
  );
}

function requestOf({ request, response, startedDateTime, time }: Entry): SentRequest {
  const headers = headersOf(fieldsOf(request.headers));
  const sentAt = startedDateTime === undefined ? Number.NaN : Date.parse(startedDateTime);
  const [url = ""] = request.url.split("#");
  return {
    method: request.method,
    url,
    headers,
    ...(request.bodySize !== undefined && request.bodySize > 0
      ? { bodyLength: request.bodySize }
      : {}),
    ...(request.postData?.text ? { bodyText: request.postData.text } : {}),
    ...(Number.isNaN(sentAt) ? {} : { sentAt, endedAt: sentAt + Math.max(0, time ?? 0) }),
    ...(response === undefined ? {} : { answer: answerOf(response) }),
    ...(headers.has("DPoP") && !headers.has("Authorization") ? { note: sanitized } : {}),
  };
}

function answerOf({ status, headers, content }: NonNullable<Entry["response"]>): Answered {
  const { text, encoding } = content ?? {};
  const body = encoding === "base64" ? Buffer.from(text ?? "", "base64").toString() : text;
  const answer = { status, headers: headersOf(fieldsOf(headers)) };
  return body === undefined ? answer : { ...answer, body };
}

const sanitized =
  "The HAR has a DPoP header and no Authorization: browsers leave it out unless the HAR is exported with sensitive data.";

/** HTTP/2 pseudo-headers are listed among the fields. */
function fieldsOf(list: z.infer<typeof fields>): [string, string][] {
  return list
    .filter(({ name }) => !name.startsWith(":"))
    .map(({ name, value }): [string, string] => [name, value]);
}
