import type { Allow } from "../decision.ts";
import type { Reply } from "./reply.ts";

/** What goes wrong behind the edge. */
export const problems = {
  nowhere: { status: 502, detail: "The rule forwards this request nowhere." },
  unreachable: { status: 502, detail: "The upstream could not be reached." },
  lost: {
    status: 502,
    detail:
      "The upstream could not be reached, or its answer could not be read; the request may have been carried out.",
  },
  incomprehensible: {
    status: 502,
    detail:
      "The upstream answered, and its answer could not be understood; the request may have been carried out.",
  },
  oversized: { status: 502, detail: "The upstream's answer is too large to be carried." },
  late: { status: 504, detail: "The upstream did not answer in time." },
} as const;
export type Problem = keyof typeof problems;

const titles = { 502: "Bad Gateway", 504: "Gateway Timeout" } as const;

/** RFC 9110 section 15: a final answer. Neither Workers nor API Gateway pass any other status on. */
export function isPassable(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}

/** RFC 9457: what went wrong behind the edge. Readable where the answer would be. */
export function problemReply(
  problem: Problem,
  method: string,
  { responseHeaders, requestId }: Pick<Allow, "responseHeaders" | "requestId">,
): Reply {
  const { status, detail } = problems[problem];
  const headers = responseHeaders(
    new Headers({ "Content-Type": "application/problem+json", "Cache-Control": "no-store" }),
    status,
  );
  if (method === "HEAD") return { status, headers };
  const body = {
    type: "about:blank",
    title: titles[status],
    status,
    detail,
    request_id: requestId,
  };
  return { status, headers, body: JSON.stringify(body) };
}
