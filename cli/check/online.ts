import type { Configuration, JwtAuthenticator } from "../../src/configuration.ts";
import { isJsonObject, parseJson } from "../../src/jws/json.ts";
import { limitedBytes } from "../../src/limited-bytes.ts";
import { longestDocument } from "../../src/token/fetch-json.ts";
import { issuerMetadata } from "../network/issuer-metadata.ts";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What the issuers themselves say about what the documents say of them. */
export interface Online {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** Asks every issuer that the documents name for its metadata, and every key endpoint for its keys. */
export async function checkOnline(configuration: Configuration, fetch: Fetch): Promise<Online> {
  const { rules, defaultRule } = configuration;
  const all = [...rules, ...(defaultRule ? [defaultRule] : [])].flatMap((rule) =>
    rule.authenticators.filter((each) => each.type === "jwt"),
  );
  const each = [...new Map(all.map((one) => [one.id, one])).values()];
  const said = await Promise.all(each.map((one) => judge(one, fetch)));
  return {
    problems: [...new Set(said.flatMap(({ problems }) => problems))],
    notes: [...new Set(said.flatMap(({ notes }) => notes))],
  };
}

async function judge({ id, issuers, keys }: JwtAuthenticator, fetch: Fetch): Promise<Online> {
  const problems: string[] = [];
  const notes: string[] = [];
  const { endpoint, kind } = keys;
  const answer = await keysAt(endpoint.url, kind, fetch);
  if (answer !== undefined) problems.push(`${id}: ${endpoint.url} ${answer}`);
  for (const issuer of issuers) {
    const metadata = await issuerMetadata(issuer, fetch);
    if (!metadata.known) {
      notes.push(`${id}: ${metadata.why}, so nobody can say whether ${issuer} is written right`);
    } else if (metadata.issuer !== issuer) {
      problems.push(
        `${id}: the issuer writes itself ${metadata.issuer}, and the documents say ${issuer}: write it the same`,
      );
    } else if (kind === "jwks" && issuers.length === 1 && metadata.jwksUrl !== endpoint.url) {
      notes.push(`${id}: the issuer publishes its keys at ${metadata.jwksUrl}`);
    }
  }
  return { problems, notes };
}

/** Undefined where it answers as it should; else what it does. */
async function keysAt(url: string, kind: "jwks" | "metadata", fetch: Fetch) {
  try {
    const signal = AbortSignal.timeout(5000);
    const response = await fetch(url, { redirect: "manual", signal });
    if (response.status !== 200) return `answers ${response.status}`;
    const bytes = await limitedBytes(response, longestDocument);
    if (bytes === undefined) return `answers more than ${longestDocument} bytes`;
    const json = parseJson(new TextDecoder().decode(bytes));
    if (!isJsonObject(json)) return "is no JSON object";
    if (kind === "metadata")
      return typeof json.jwks_uri === "string" ? undefined : "has no jwks_uri";
    return Array.isArray(json.keys) && json.keys.length > 0 ? undefined : "has no keys";
  } catch {
    return "cannot be reached from here";
  }
}
