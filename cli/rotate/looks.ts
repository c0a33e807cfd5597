import type { Configuration } from "../../src/configuration.ts";
import { keysPath } from "../../src/forward/keys.ts";
import { isJsonObject, type JsonValue, parseJson } from "../../src/jws/json.ts";
import { healthPath } from "../../src/own-pages.ts";
import { createSecrets } from "../../src/secrets.ts";
import { UnansweredError, UsageError } from "../exit.ts";
import { answerOf, textOf } from "../network/answer.ts";
import type { Secrets } from "../secret/local-secrets.ts";
import type { Look } from "./plan.ts";
import type { Subject } from "./subject.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Where to look. */
export interface Deployment {
  readonly origin: string;
  /** The text that asks the health page; absent: there is none, or it is not at hand. */
  readonly monitor?: string;
}

/** Instances differ while something is rolled out, and one asking meets one of them. */
const times = 5;

/**
 * What the deployment shows of a set of keys: its published keys, and what its health page says.
 * @throws UnansweredError, UsageError where the health page refuses the secret
 */
export async function looksAt(
  { origin, monitor }: Deployment,
  { kind, source }: Pick<Subject, "kind" | "source">,
  fetch: Fetch,
): Promise<readonly Look[]> {
  const looks: Look[] = [];
  for (let time = 0; time < times; time += 1) {
    if (kind === "signing-key") looks.push(await published(origin, fetch));
    if (monitor !== undefined) looks.push(await health(origin, monitor, source, fetch));
  }
  return looks;
}

/** Keys of all sources together: whose they are cannot be told. */
async function published(origin: string, fetch: Fetch): Promise<Look> {
  const { status, json } = await get(`${origin}${keysPath}`, {}, fetch);
  const keys = isJsonObject(json) ? json.keys : undefined;
  if (status !== 200 || !Array.isArray(keys)) {
    throw new UnansweredError(
      `${origin}${keysPath} answers ${status} and no keys: say with --edge where the edge is.`,
    );
  }
  return { holds: idsOf(keys.map((key) => (isJsonObject(key) ? (key.kid ?? null) : null))) };
}

async function health(origin: string, monitor: string, source: string, fetch: Fetch) {
  const headers = { Authorization: `Bearer ${monitor}` };
  const { status, json } = await get(`${origin}${healthPath}`, headers, fetch);
  if (status === 401)
    throw new UsageError(`${origin}${healthPath} refuses the secret that asks it.`);
  const sources = isJsonObject(json) && isJsonObject(json.keys) ? json.keys : {};
  const told = Object.hasOwn(sources, source) ? sources[source] : undefined;
  if (!isJsonObject(told)) return {};
  return {
    holds: idsOf(told.holds),
    selects: idsOf(told.selects),
    named: told.named === true,
  };
}

function idsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

async function get(url: string, headers: Record<string, string>, fetch: Fetch) {
  // A cache in between would show what was published before.
  const init = {
    headers: { ...headers, "Cache-Control": "no-cache" },
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
  } as const;
  const asked = new URL(url);
  const response = await answerOf(asked, () => fetch(url, init));
  return { status: response.status, json: parseJson(await textOf(asked, response)) };
}

/** What asks the health page, out of the secrets at hand; undefined where there is none. */
export async function monitorOf(
  { health, secrets: sources }: Configuration,
  secrets: Secrets,
): Promise<string | undefined> {
  const access = health?.access;
  if (access === undefined || access === "public") return undefined;
  const read = createSecrets(sources, (from) =>
    "binding" in from ? (secrets[from.binding] ?? process.env[from.binding]) : undefined,
  );
  return await read.text(access).catch(() => undefined);
}
