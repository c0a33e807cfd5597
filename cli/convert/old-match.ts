import { isMap, isScalar } from "yaml";
import type { Conversion } from "./conversion.ts";
import { at, pairOf, remove, set, textAt } from "./edit.ts";

/** 0.14 matched a glob or an expression against the whole URL, and named methods beside it. */
export function convertOldMatch(
  rule: unknown,
  inherited: readonly string[],
  conversion: Conversion,
): void {
  const { document, todo } = conversion;
  const match = pairOf(rule, "match");
  if (!match) return;
  const written = isScalar(match.value) ? String(match.value.value) : textAt(match.value, "url");
  const id = textAt(rule, "id") ?? "";
  const own = at(rule, "methods");
  if (written === undefined) return;
  const strategy = textAt(match.value, "strategy") ?? "glob";
  const converted = strategy === "glob" ? fromGlob(written) : undefined;
  if (converted === undefined) {
    todo(
      match,
      "matching",
      `${id}: write as routes, hosts and scheme what ${strategy} ${written} matched`,
    );
  } else {
    const { scheme, ...others } = converted;
    match.value = document.createNode(others);
    if (scheme !== undefined) {
      todo(
        match,
        "matching",
        `${id} was for ${scheme} only, as Heimdall saw it behind its proxies; here it is for both`,
      );
    }
  }
  const methods = own ?? (inherited.length > 0 ? document.createNode(inherited) : undefined);
  if (methods !== undefined && isMap(match.value)) set(document, match.value, "methods", methods);
  remove(rule, "methods");
}

interface Converted {
  readonly routes: ReadonlyArray<{ readonly path: string; readonly captures?: readonly Capture[] }>;
  readonly hosts?: readonly string[];
  readonly scheme?: string;
}
interface Capture {
  readonly name: string;
  readonly type: "glob";
  readonly value: string;
}

/** A URL with `<...>` for globs; undefined where routes cannot say it. */
function fromGlob(url: string): Converted | undefined {
  const [, scheme = "", host = "", rest = "/"] =
    /^([^:/]+):\/\/((?:<[^>]*>|[^/<])+)(\/.*)?$/.exec(url) ?? [];
  if (scheme === "" || rest.includes("?")) return undefined;
  const hosts = hostsOf(host);
  const route = routeOf(rest);
  if (hosts === undefined || route === undefined) return undefined;
  return {
    routes: [route],
    ...(hosts.length > 0 ? { hosts } : {}),
    ...(scheme === "http" || scheme === "https" ? { scheme } : {}),
  };
}

function hostsOf(host: string): readonly string[] | undefined {
  if (/^<\*\*?>$/.test(host)) return [];
  const plain = host.replace(/:\d+$/, "");
  const below = /^<\*\*>\.([^<>]+)$/.exec(plain)?.[1];
  if (below !== undefined) return [`*.${below}`];
  return plain.includes("<") ? undefined : [plain];
}

function routeOf(path: string): Converted["routes"][number] | undefined {
  const captures: Capture[] = [];
  const segments = path.split("/").map((segment, index, all) => {
    if (!segment.includes("<")) return segment.replace(/^[:*]/, "\\$&");
    const inner = /^<([^<>]*)>$/.exec(segment)?.[1];
    if (inner === "**") return index === all.length - 1 ? "**" : undefined;
    if (inner === "*") return ":*";
    if (inner === undefined || inner.includes("**")) return undefined;
    const name = `part${captures.length + 1}`;
    captures.push({ name, type: "glob", value: inner });
    return `:${name}`;
  });
  if (segments.includes(undefined)) return undefined;
  const joined = segments.join("/");
  return captures.length > 0 ? { path: joined, captures } : { path: joined };
}
