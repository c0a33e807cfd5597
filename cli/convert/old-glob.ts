/** What routes can say of a glob of 0.14 over a whole URL. */
export interface OldRoute {
  readonly path: string;
  readonly captures?: readonly OldCapture[];
}
interface OldCapture {
  readonly name: string;
  readonly type: "glob" | "regex";
  readonly value: string;
}
interface OldMatch {
  readonly routes: readonly OldRoute[];
  readonly hosts?: readonly string[];
  readonly scheme?: string;
}

/**
 * A URL with `<...>` for globs, as Heimdall 0.14 took it: `*` ends at a dot or a slash, `**` at
 * nothing. Undefined where routes and hosts cannot say it, or only more than it.
 */
export function matchOfGlob(url: string): OldMatch | undefined {
  const [, written = "", host = "", rest] =
    /^((?:<[^>]*>|[^:/<])+):\/\/((?:<[^>]*>|[^/<])+)(\/.*)?$/s.exec(url) ?? [];
  const scheme = schemeOf(written);
  const hosts = hostsOf(host);
  if (scheme === undefined || hosts === undefined) return undefined;
  const routes = rest === undefined ? wholeRoutes(host) : routeOf(rest);
  if (routes === undefined) return undefined;
  return {
    routes,
    ...(hosts.length > 0 ? { hosts } : {}),
    ...(scheme === "" ? {} : { scheme }),
  };
}

/** "" is for both. */
function schemeOf(written: string): string | undefined {
  if (written === "http" || written === "https") return written;
  return /^<(?:\*\*?|\{https?,https?\})>$/.test(written) ? "" : undefined;
}

/** None is any. */
function hostsOf(host: string): readonly string[] | undefined {
  if (host === "<**>") return [];
  const below = /^<\*\*>\.([^<>]+)$/.exec(host)?.[1];
  if (below !== undefined) return [`*.${below}`];
  return /[<>*]/.test(host) || host === "" ? undefined : [host];
}

/** Without a path only a host that is free reaches any: its `**` takes the path too. */
function wholeRoutes(host: string): readonly OldRoute[] | undefined {
  return host === "<**>" ? [{ path: "/" }, { path: "/**" }] : undefined;
}

function routeOf(path: string): readonly OldRoute[] | undefined {
  if (/[?#]/.test(path.replaceAll(/<[^<>]*>/g, ""))) return undefined;
  const captures: OldCapture[] = [];
  const segments = path.split("/").map((segment, index, all) => {
    if (!/[<>]/.test(segment)) return segment.replace(/^[:*]/, "\\$&");
    if (segment === "<**>") return index === all.length - 1 ? "**" : undefined;
    const capture = captureOf(segment);
    if (capture === undefined) return undefined;
    const name = `part${captures.length + 1}`;
    captures.push({ name, ...capture });
    return `:${name}`;
  });
  if (segments.includes(undefined)) return undefined;
  const joined = segments.join("/");
  return [captures.length > 0 ? { path: joined, captures } : { path: joined }];
}

/** A segment with globs in it; a plain choice stays a glob, for it reads better. */
function captureOf(segment: string): Omit<OldCapture, "name"> | undefined {
  const choice = /^<(\{[\w,-]+\})>$/.exec(segment)?.[1];
  if (choice !== undefined) return { type: "glob", value: choice };
  const pieces = segment.match(/<[^<>]*>|[^<>]+/g) ?? [];
  // An unbalanced one, or one inside the other.
  if (pieces.join("") !== segment) return undefined;
  const sources = pieces.map((piece) =>
    piece.startsWith("<") ? globSource(piece.slice(1, -1)) : literal(piece),
  );
  return sources.includes(undefined) ? undefined : { type: "regex", value: sources.join("") };
}

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** The glob as a regular expression; undefined for what is rare, or would be more. */
function globSource(glob: string): string | undefined {
  if (glob.includes("**")) return undefined;
  let source = "";
  let depth = 0;
  for (const character of glob) {
    switch (character) {
      case "*":
        source += "[^./]*";
        break;
      case "?":
        source += "[^./]";
        break;
      case "{":
        depth += 1;
        source += "(?:";
        break;
      case "}":
        depth -= 1;
        source += ")";
        break;
      case ",":
        source += depth > 0 ? "|" : ",";
        break;
      case "[":
      case "]":
      case "\\":
        return undefined;
      default:
        source += literal(character);
    }
    if (depth < 0) return undefined;
  }
  return depth === 0 ? source : undefined;
}
