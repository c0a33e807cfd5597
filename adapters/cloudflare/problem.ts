const titles = { 502: "Bad Gateway", 504: "Gateway Timeout" } as const;
export type ProblemStatus = keyof typeof titles;

/** RFC 9457: what went wrong behind the edge. `rewrite` makes it readable where the answer would be. */
export function problem(
  status: ProblemStatus,
  detail: string,
  method: string,
  rewrite: (headers: Headers, status: number) => Headers,
): Response {
  const headers = rewrite(
    new Headers({ "Content-Type": "application/problem+json", "Cache-Control": "no-store" }),
    status,
  );
  const body = { type: "about:blank", title: titles[status], status, detail };
  return new Response(method === "HEAD" ? null : JSON.stringify(body), { status, headers });
}
