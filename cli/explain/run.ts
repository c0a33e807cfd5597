import { existsSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { refusals } from "../../src/decision.ts";
import { nearest } from "../../src/documents/nearest.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../src/jws/json.ts";
import type { Runtime } from "../../src/runtime.ts";
import { mostKeys } from "../../src/token/jwk-set.ts";
import { compileFolder, print } from "../documents/compile-folder.ts";
import { exit, UsageError } from "../exit.ts";
import { decoded, fileText } from "../given-files.ts";
import { parseSecrets } from "../secret/local-secrets.ts";
import { paintFor } from "../terminal/paint.ts";
import { isCode } from "./answer.ts";
import { explainCode } from "./code.ts";
import { readCurl } from "./curl.ts";
import { explainEvents } from "./events.ts";
import { explain } from "./explain.ts";
import { refusePlaceholders } from "./placeholders.ts";
import { readRequests } from "./read-requests.ts";
import { isRefused, jsonOf, shortOf, textOf } from "./report.ts";
import { type SentRequest, UnreadableRequest } from "./sent-request.ts";

export interface ExplainCommandOptions {
  readonly config?: string;
  readonly jwks?: string;
  readonly secrets?: string;
  readonly now?: string;
  readonly entry?: string;
  readonly event?: boolean;
  readonly short?: boolean;
  readonly json?: boolean;
}

/** `dpop-edge explain`: why the edge would refuse a request, or that it would not. Offline. */
export async function explainCommand(
  input: readonly string[],
  options: ExplainCommandOptions,
): Promise<number> {
  const json = options.json === true;
  const [only = "", ...more] = input;
  if (more.length === 0 && isCode(only) && !existsSync(only)) return explainCode(only, json);
  if (options.event) return await explainEvents(await textOfInput(input), options);
  const compiled =
    options.config === undefined ? undefined : compileFolder(options.config, undefined);
  if (compiled?.ok === false) {
    print(compiled, json);
    return exit.wrong;
  }
  const now = options.now === undefined ? undefined : timeOf(options.now);
  const explanation = await explain(chosen(await requestsOf(input), options.entry), {
    ...(compiled === undefined ? {} : { configuration: compiled.configuration }),
    ...(options.jwks === undefined ? {} : { jwks: jwksOf(options.jwks) }),
    ...(options.secrets === undefined ? {} : { secrets: secretsOf(options.secrets) }),
    ...(now === undefined ? {} : { now }),
    clock: Date.now,
  });
  if (json) process.stdout.write(`${JSON.stringify(jsonOf(explanation), null, 2)}\n`);
  else if (options.short) process.stdout.write(shortOf(explanation));
  else process.stdout.write(textOf(explanation, paintFor(process.stdout)));
  return isRefused(explanation) ? exit.wrong : exit.ok;
}

/** A curl command as the words that follow, a file, or what comes on stdin. */
async function requestsOf(input: readonly string[]): Promise<SentRequest[]> {
  const [first, ...rest] = input;
  try {
    if (first === "curl") {
      const request = readCurl(rest);
      refusePlaceholders(request);
      return [request];
    }
    return readRequests(await textOfInput(input));
  } catch (error) {
    if (error instanceof UnreadableRequest) throw new UsageError(error.message);
    throw error;
  }
}

async function textOfInput([first, ...rest]: readonly string[]): Promise<string> {
  if (rest.length > 0) {
    throw new UsageError("One file, or a command that begins with curl: quote what has spaces.");
  }
  if (first === undefined || first === "-") return await stdin();
  const code = nearest(first, Object.keys(refusals));
  return fileText(first, code === undefined ? "" : `The code ${code}?`);
}

async function stdin(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new UsageError(
      "There is no request: name a file, pipe one in, or write the curl command behind explain.",
    );
  }
  return decoded(await buffer(process.stdin));
}

/** Of a page's many requests those that carry a token or a proof. */
function chosen(requests: readonly SentRequest[], entry: string | undefined): SentRequest[] {
  if (entry !== undefined) {
    const request = /^\d+$/.test(entry) ? requests[Number(entry) - 1] : undefined;
    if (request) return [request];
    throw new UsageError(
      requests.length < 2
        ? "--entry chooses among the requests of a HAR, and there are not several."
        : `--entry must be a number from 1 to ${requests.length}, not ${entry}.`,
    );
  }
  if (requests.length === 1) return [...requests];
  if (requests.length === 0) {
    throw new UsageError(
      "The HAR holds no request: open the network tab first, then send the request, then export.",
    );
  }
  const carrying = requests.filter(
    ({ headers }) =>
      headers.has("DPoP") || /^(?:dpop|bearer)\b/i.test(headers.get("Authorization") ?? ""),
  );
  if (carrying.length > 0) return carrying;
  throw new UsageError(
    "No entry of the HAR carries a DPoP or Authorization header: export it with sensitive data, or name one with --entry.",
  );
}

/** Seconds since the epoch, or a date. */
function timeOf(written: string): number {
  const time = /^\d{1,12}(?:\.\d+)?$/.test(written) ? Number(written) * 1000 : Date.parse(written);
  if (Number.isFinite(time)) return time;
  throw new UsageError(
    `--now must be seconds since 1970 or a date such as 2026-11-22T08:00:00Z, not ${written}.`,
  );
}

function jwksOf(file: string): JsonObject {
  const jwks = parseJson(fileText(file));
  const keys = isJsonObject(jwks) ? jwks.keys : undefined;
  if (isJsonObject(jwks) && Array.isArray(keys) && keys.length <= mostKeys) return jwks;
  throw new UsageError(
    `--jwks ${file} is no JWK set: {"keys": [...]}, as the issuer publishes it.`,
  );
}

function secretsOf(file: string): Runtime["secret"] {
  const secrets = parseSecrets(fileText(file));
  return (origin) => ("binding" in origin ? secrets[origin.binding] : fileText(origin.path));
}
