import { isPreflight } from "../cors.ts";
import type { Detail, RefusalCode } from "../decision.ts";
import type { Fields } from "../fields.ts";
import type { EdgeRequest } from "../runtime.ts";

/** Fetch standard: allowed whatever the answer to a preflight says. */
const safelisted = new Set(["GET", "HEAD", "POST"]);

/** Why a browser will not send the request that it asked for; nothing where it will. */
export function preflightDetail(asked: Fields, answer: Headers): Detail {
  const origin = asked.get("Origin") ?? "";
  if (!answer.has("Access-Control-Allow-Origin")) {
    return { expected: "an origin that cors allows", found: origin };
  }
  const method = asked.get("Access-Control-Request-Method") ?? "";
  const methods = names(answer, "Access-Control-Allow-Methods");
  if (!safelisted.has(method) && !methods.includes(method.toLowerCase())) {
    return { expected: methods.join(", ") || "a method that cors allows", found: method };
  }
  const allowed = names(answer, "Access-Control-Allow-Headers");
  const missing = names(asked, "Access-Control-Request-Headers").filter(
    (name) => !allowed.includes(name),
  );
  if (missing.length === 0) return {};
  return { expected: allowed.join(", ") || "no header", found: missing.join(", ") };
}

/** A preflight that no cors answers is refused like any request without credentials: say which it was. */
export function refusedPreflight(request: EdgeRequest, code: RefusalCode): Detail {
  if (code !== "credentials.missing" || !isPreflight(request)) return {};
  const origin = request.headers.get("Origin");
  return {
    expected: "cors, where the rule or serve has it",
    found: `a preflight of ${origin}, which carries no credentials`,
  };
}

function names(headers: Fields, field: string): string[] {
  const listed = (headers.get(field) ?? "").toLowerCase().split(",");
  return listed.map((name) => name.trim()).filter((name) => name !== "");
}
