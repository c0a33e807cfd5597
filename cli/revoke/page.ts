import type { Configuration, SecretReference } from "../../src/configuration.ts";
import { isJsonObject, type JsonValue, parseJson } from "../../src/jws/json.ts";
import { revocationsPath } from "../../src/own-pages.ts";
import type { Revocation, RevocationChange } from "../../src/runtime.ts";
import { createSecrets } from "../../src/secrets.ts";
import { UnansweredError, UsageError } from "../exit.ts";
import { fileText, messageOf } from "../given-files.ts";
import { answerOf, textOf } from "../network/answer.ts";
import { secured } from "../network/secured.ts";
import { parseSecrets } from "../secret/local-secrets.ts";
import { type OperatorsList, typed } from "./list.ts";

export interface PageOptions {
  readonly edge?: string;
  readonly secrets?: string;
}

/** Milliseconds. */
const deadline = 10_000;
/** Bytes of an answer; a full list has some 800 KiB. */
const longest = 2_097_152;

/** The list of a Worker, through its page. @throws UsageError where the documents have none */
export function pageList(configuration: Configuration, options: PageOptions): OperatorsList {
  const access = configuration.revocation?.access;
  if (access === undefined) {
    throw new UsageError(
      "The documents have no serve.revocation.access, with which a Worker's list is written: add it. On AWS name the list with --table.",
    );
  }
  const url = pageUrl(configuration, options.edge);
  const name = nameOf(configuration, access);

  const send = sender(url, name, () => secretOf(configuration, access, options.secrets));
  return {
    name: url.origin,
    commands: (change) => [
      // The shell's own printf, and stdin: every process of a machine sees arguments.
      `printf 'Authorization: Bearer %s\\n' "$${name}" | ${typed("curl", "-H", "@-", "--fail-with-body", "-X", "POST", url.href, "-H", "Content-Type: application/json", "--data", JSON.stringify(change))}`,
    ],
    async change(change: RevocationChange) {
      const body = await send({ method: "POST", body: JSON.stringify(change) });
      if (!isJsonObject(body) || body.revoked !== change.revoke.length) throw another(url);
    },
    async read() {
      const body = await send({ method: "GET" });
      if (!isJsonObject(body) || !Array.isArray(body.entries)) throw another(url);
      return body.entries.flatMap(revocationOf);
    },
  };
}

/** A 200 of somebody else must not be taken for done, nor for an empty list. */
function another({ href }: URL): UnansweredError {
  return new UnansweredError(`What answers at ${href} is no list of revocations.`);
}

/** @throws UnansweredError, UsageError where what was asked cannot be had */
function sender(url: URL, name: string, secret: () => Promise<string>) {
  return async (init: RequestInit): Promise<JsonValue | undefined> => {
    const headers = {
      Authorization: `Bearer ${await secret()}`,
      "Content-Type": "application/json",
    };
    const signal = AbortSignal.timeout(deadline);
    const answer = await answerOf(url, () =>
      fetch(url, { ...init, headers, redirect: "error", signal }),
    );
    const body = parseJson(await textOf(url, answer, longest));
    if (answer.status === 200) return body;
    const told = isJsonObject(body) ? (body.error ?? body.code) : undefined;
    const says = `${url.href} answers ${answer.status}${typeof told === "string" ? `: ${told}` : ""}`;
    if (answer.status >= 500) throw new UnansweredError(says);
    throw new UsageError(
      `${says}. Does ${name} hold what the Worker has, and is it deployed with serve.revocation.access?`,
    );
  };
}

function revocationOf(entry: JsonValue): Revocation[] {
  if (!isJsonObject(entry)) return [];
  const { id, until } = entry;
  return typeof id === "string" && typeof until === "number" ? [{ id, until }] : [];
}

function pageUrl({ publicOrigins }: Configuration, edge = publicOrigins[0]): URL {
  if (edge === undefined || !URL.canParse(edge)) {
    throw new UsageError(
      edge === undefined
        ? "The documents have no serve.public_origin: say with --edge where the Worker is."
        : `--edge must be the Worker's URL, such as https://api.example.com, not ${edge}.`,
    );
  }
  return secured(new URL(revocationsPath, edge));
}

/** What a shell calls it: the binding where that holds one text, else a name of its own. */
function nameOf({ secrets }: Configuration, { source, selector }: SecretReference): string {
  const from = secrets[source]?.from;
  const whole = selector === undefined && from !== undefined && "binding" in from;
  return whole ? from.binding : "OPERATOR_SECRET";
}

/** @throws UsageError that holds nothing of it */
async function secretOf(
  { secrets }: Configuration,
  access: SecretReference,
  file: string | undefined,
): Promise<string> {
  const held = file === undefined ? process.env : parseSecrets(fileText(file));
  const read = createSecrets(secrets, (from) =>
    "binding" in from ? held[from.binding] : undefined,
  );
  try {
    return await read.text(access);
  } catch (fault) {
    throw new UsageError(
      `${messageOf(fault)} ${file === undefined ? "Set it in the environment, or name a file with --secrets." : `It is looked for in ${file}.`}`,
    );
  }
}
