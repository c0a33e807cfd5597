import { settlesWithin } from "../deadline.ts";

/** One challenge of a WWW-Authenticate field (RFC 9110 section 11.6.1). */
export interface Challenge {
  /** As it was sent; schemes are compared without case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const separator = /[\s,]*/y;
const token = /[!#$%&'*+\-.^_`|~\w]+/y;
const equals = /[ \t]*=[ \t]*(?!=)/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
const token68 = /[ \t]+[A-Za-z0-9\-._~+/]+=*[ \t]*(?=,|$)/y;

/** The challenges of a WWW-Authenticate field, also where several fields were joined; [] where it cannot be read. */
export function parseChallenges(field: string | null): Challenge[] {
  const text = field ?? "";
  const found: { scheme: string; parameters: Record<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  for (take(separator); at < text.length; take(separator)) {
    const name = take(token)?.[0];
    if (name === undefined) return [];
    const latest = found.at(-1);
    if (latest === undefined || take(equals) === null) {
      found.push({ scheme: name, parameters: {} });
      take(token68);
      continue;
    }
    const value = take(quoted)?.[1]?.replace(/\\(.)/g, "$1") ?? take(token)?.[0];
    if (value === undefined) return [];
    latest.parameters[name.toLowerCase()] ??= value;
  }
  return found;
}

/** What a server says of a request that it refused, by header or by body. */
export interface Refusal {
  readonly challenges: readonly Challenge[];
  /** `use_dpop_nonce`, `invalid_dpop_proof`, ... */
  readonly error?: string | undefined;
  /** RFC 9449 section 7.1: the algorithms that it takes. */
  readonly algs?: readonly string[] | undefined;
}

/** RFC 9449 sections 7.1 and 9 (a protected resource: header) and 5 and 8 (a token endpoint: JSON body). */
export async function refusalOf(response: Response): Promise<Refusal | undefined> {
  if (response.status !== 400 && response.status !== 401) return undefined;
  const challenges = parseChallenges(response.headers.get("WWW-Authenticate"));
  const dpop = challenges.find(({ scheme }) => scheme.toLowerCase() === "dpop")?.parameters;
  return {
    challenges,
    error: dpop?.error ?? (await errorInBody(response)),
    algs: dpop?.algs?.split(" ").filter((alg) => alg !== ""),
  };
}

/** Far more than an error needs (RFC 6749 section 5.2). */
const longestError = 16 * 1024;

/** Milliseconds that a body may take to say its error: the caller waits for it, and may not care. */
const longestPeek = 1000;

/** Reads a copy: the caller still gets the whole body. */
async function errorInBody(response: Response): Promise<string | undefined> {
  if (!/\bjson\b/i.test(response.headers.get("Content-Type") ?? "")) return undefined;
  if (Number(response.headers.get("Content-Length") ?? 0) > longestError) return undefined;
  try {
    const body: unknown = JSON.parse(await beginning(response.clone()));
    const error = typeof body === "object" && body !== null && "error" in body ? body.error : "";
    return typeof error === "string" && error !== "" ? error : undefined;
  } catch {
    return undefined;
  }
}

async function beginning({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const reader = body?.getReader();
  const whole = async () => {
    while (reader !== undefined && text.length <= longestError) {
      const chunk = await reader.read();
      if (chunk.done) return true;
      text += decoder.decode(chunk.value);
    }
    return false;
  };
  const reading = whole();
  if ((await settlesWithin(longestPeek, reading)) && (await reading)) return text;
  // Not awaited: half of a copied body ends only with the other.
  void reader?.cancel().catch(() => undefined);
  return "";
}
