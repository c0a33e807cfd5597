import type { CookieFinalizer } from "../configuration.ts";
import { Fault } from "../decision.ts";
import { spelling } from "../forward/dropped-headers.ts";
import type { FinalizerCode } from "../mechanisms.ts";
import { renderText } from "../mint/render.ts";

/** RFC 6265 section 4.1.1: cookie-octets, perhaps in quotation marks. */
const cookieValue = /^("[!#-+\--:<-[\]-~]*"|[!#-+\--:<-[\]-~]*)$/;

/**
 * The finalizer `cookie`: the client's cookies, without those of our names, and ours after them.
 * A client's copy must not stand before ours: most upstreams read the first one.
 */
export const cookie: FinalizerCode<CookieFinalizer> = () => (finalizer, seen, before) => {
  const sent =
    before.find(([name]) => name.toLowerCase() === "cookie")?.[1] ??
    seen.request.headers.get("cookie");
  const names = new Set(Object.keys(finalizer.cookies).map(spelling));
  const theirs = (sent ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "" && !namesIn(pair).some((name) => names.has(name)));
  const ours = Object.entries(finalizer.cookies).flatMap(([name, template]) => {
    // Of a finalizer that is left out: the client's is taken away, and none takes its place.
    if (template.length === 0) return [];
    const value = renderText(template, seen).trim();
    if (cookieValue.test(value)) return [`${name}=${value}`];
    throw new Fault(
      `The cookie ${name}'s template rendered a character that cookies cannot carry: use urlenc in it.`,
    );
  });
  return [["Cookie", [...theirs, ...ours].join("; ")]];
};

/**
 * The names that servers find in it. PHP reads `edge.user` and `edge user` as edge_user and `user[x]`
 * as user, ASP.NET without case; to old servlets a comma ends a cookie, to Python white space.
 */
function namesIn(pair: string): string[] {
  const [whole = ""] = pair.split("=", 1);
  const later = [...pair.matchAll(/[,\s]([^=,\s]+)\s*=/g)].map(([, name = ""]) => name);
  return [whole, ...later].map((name) => spelling(name.trim().replace(/(?!^)\[.*$/s, "")));
}
