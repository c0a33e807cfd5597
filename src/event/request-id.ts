import type { Fields } from "../fields.ts";
import type { EdgeRequest, Runtime } from "../runtime.ts";

/** What Cloudflare and API Gateway call a request; nothing that could break out of a header or a line. */
const platforms = /^[\w+/=.:-]{1,64}$/;

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The platform's id of the request, else 128 random bits. A client's own X-Request-Id never counts. */
export function requestId({ id }: EdgeRequest, random: Runtime["random"]): string {
  if (id !== undefined && platforms.test(id)) return id;
  let hex = "";
  for (const byte of random(16)) hex += digits[byte];
  return hex;
}

/** W3C Trace Context section 3.2: version, trace id, parent id, flags. */
const traceparent = /^[0-9a-e][0-9a-f]-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;

const none = "0".repeat(32);

/** Undefined where the request belongs to no trace. */
export function traceId(headers: Fields): string | undefined {
  const field = headers.get("traceparent");
  const [, id] = (field !== null && traceparent.exec(field)) || [];
  return id === none ? undefined : id;
}
