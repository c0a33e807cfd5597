import type { CredentialSource, GenericAuthenticator, Limits } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { Fields } from "../fields.ts";
import { cookie } from "../mint/template-data.ts";
import type { EdgeRequest, RequestUrl } from "../runtime.ts";
import { checkLength, credentials, type Sent } from "../token/credentials.ts";

type FieldLimits = Pick<Limits, "token" | "proof">;

/**
 * What the first source finds. Of the Authorization header an access token is read as everywhere
 * else, proof included: it may turn out to be bound. Anything else is a bearer's.
 * @throws Refused credentials.*, proof.*
 */
export function credentialOf(
  { sources }: GenericAuthenticator,
  { headers }: EdgeRequest,
  url: RequestUrl,
  limits: FieldLimits,
): Sent | undefined {
  for (const source of sources) {
    if (isAccessToken(source)) {
      const sent = credentials(headers, url.search, limits);
      if (sent.kind === "sent") return sent;
      continue;
    }
    const found = valueIn(source, headers, url);
    if (found === "") continue;
    checkLength("token", found, limits);
    // It goes into URLs and headers of ours; no session has a reason to hold anything else.
    if (!/^[\x20-\x7e]+$/.test(found) || /^\.{1,2}$/.test(found)) {
      throw new Refused("credentials.malformed", { expected: "visible ASCII" });
    }
    return { kind: "sent", scheme: "bearer", token: found };
  }
  return undefined;
}

function isAccessToken(source: CredentialSource): boolean {
  if (source.kind !== "header" || source.name.toLowerCase() !== "authorization") return false;
  return source.scheme !== undefined && /^(bearer|dpop)$/i.test(source.scheme);
}

function valueIn(source: CredentialSource, headers: Fields, url: RequestUrl): string {
  switch (source.kind) {
    case "cookie":
      return cookie(headers, source.name);
    case "query": {
      const [first = "", ...more] = url.public.searchParams.getAll(source.name);
      if (more.length === 0) return first;
      throw new Refused("credentials.malformed", { expected: `one ${source.name} in the query` });
    }
    case "header": {
      const value = headers.get(source.name) ?? "";
      return source.scheme === undefined ? value : afterScheme(value, source.scheme);
    }
  }
}

/** RFC 9110 section 11.4: without case. */
function afterScheme(value: string, scheme: string): string {
  const [, name = "", rest = ""] = /^(\S+) +(.*)$/.exec(value) ?? [];
  return name.toLowerCase() === scheme.toLowerCase() ? rest : "";
}
