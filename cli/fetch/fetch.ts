import { writeFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import {
  createDpopClient,
  type DpopKey,
  type Exchange,
  memoryKeyStore,
  parseChallenges,
} from "../../src/client/index.ts";
import { exit, UsageError } from "../exit.ts";
import { fileBytes, readKey, unwritten } from "../given-files.ts";
import { patienceOf } from "../login/login.ts";
import { answerOf } from "../network/answer.ts";
import { absolute } from "../proof/proof.ts";
import { paintFor } from "../terminal/paint.ts";
import { exchangeJson, exchangeText } from "./report.ts";
import { type FetchToken, type TokenOptions, tokenFor } from "./token.ts";

export interface FetchOptions extends TokenOptions {
  readonly method?: string;
  readonly header: readonly string[];
  readonly data?: string;
  readonly location?: boolean;
  readonly include?: boolean;
  readonly output?: string;
  readonly timeout: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** `dpop-edge fetch`: one call with a bound token, the nonce and its retry included. */
export async function fetchCommand(written: string, options: FetchOptions): Promise<number> {
  const url = absolute(written);
  const method = methodOf(options);
  const headers = headersOf(options.header);
  const key = await readKey(options.key);
  const signal = patienceOf(options.timeout);
  const body = options.data === undefined ? undefined : await dataOf(options.data);
  const token = await tokenFor(key, options, signal);
  const exchanges: Exchange[] = [];
  const client = clientOf(key, token, url, (exchange) => {
    exchanges.push(exchange);
    if (options.verbose) process.stderr.write(exchangeText(exchange, paintFor(process.stderr)));
  });
  if (body !== undefined && !headers.has("Content-Type"))
    headers.set("Content-Type", "application/x-www-form-urlencoded");
  const redirect = options.location ? "follow" : "manual";
  const init = {
    method,
    headers,
    redirect,
    signal,
    ...(body === undefined ? {} : { body }),
  } as const;
  const call = () => answerOf(url, () => client.fetch(url, init));
  const first = await call();
  const again = isEnded(first) && (await token.renew());
  const response = again ? await call() : first;
  const bytes = new Uint8Array(await answered(url, response));
  if (options.output !== undefined) write(options.output, bytes);
  if (options.json) sayJson(response, bytes, exchanges, options.output);
  else say(response, bytes, options);
  return response.status < 400 ? exit.ok : exit.wrong;
}

/** RFC 6750 section 3.1: expired, revoked, or otherwise no good any more. */
function isEnded({ status, headers }: Response): boolean {
  if (status !== 401) return false;
  const challenges = parseChallenges(headers.get("WWW-Authenticate"));
  return challenges.some(({ parameters }) => parameters.error === "invalid_token");
}

/** @throws UsageError where a token must not go to that URL */
function clientOf(key: DpopKey, token: FetchToken, url: URL, watch: (exchange: Exchange) => void) {
  const common = { keyStore: memoryKeyStore(key), algorithms: [key.alg], watch };
  const origins = [url.origin];
  try {
    return createDpopClient({ ...common, token: () => token.current, origins });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

/** RFC 9110 section 9.1, and what fetch sends. @throws UsageError */
function methodOf({ method, data }: FetchOptions): string {
  if (method === undefined) return data === undefined ? "GET" : "POST";
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(method) || /^(?:connect|trace|track)$/i.test(method)) {
    throw new UsageError(`--method ${method} cannot be sent: write one such as GET or POST.`);
  }
  if (data !== undefined && /^(?:get|head)$/i.test(method)) {
    throw new UsageError(
      `--data is a body, and ${method} has none: leave out -X, or write another method.`,
    );
  }
  return method;
}

function headersOf(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (/^(?:authorization|dpop)$/i.test(name)) {
      throw new UsageError(
        `-H ${name} is set here: the token comes from --token, the proof is made.`,
      );
    }
    try {
      headers.append(name, value);
    } catch {
      throw new UsageError("A header is written -H 'Name: value'.");
    }
  }
  return headers;
}

/** In memory: a body that a challenge meets is sent again. */
async function dataOf(data: string): Promise<string | ArrayBuffer> {
  if (!data.startsWith("@")) return data;
  const bytes = data === "@-" ? await buffer(process.stdin) : fileBytes(data.slice(1));
  return new Uint8Array(bytes).buffer;
}

function answered(url: URL, response: Response): Promise<ArrayBuffer> {
  let bytes = new ArrayBuffer(0);
  const read = async () => {
    bytes = await response.arrayBuffer();
    return response;
  };
  return answerOf(url, read).then(() => bytes);
}

function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    throw unwritten(file, error);
  }
}

function say(response: Response, bytes: Uint8Array, { include, output }: FetchOptions): void {
  if (include) {
    const head = [...response.headers].map(([name, value]) => `${name}: ${value}\n`).join("");
    process.stdout.write(`${response.status} ${response.statusText}\n${head}\n`);
  }
  if (output === undefined) process.stdout.write(bytes);
}

function sayJson(
  { status, headers }: Response,
  bytes: Uint8Array,
  exchanges: readonly Exchange[],
  output: string | undefined,
): void {
  const body = output === undefined ? { body: new TextDecoder().decode(bytes) } : { file: output };
  const said = {
    status,
    headers: Object.fromEntries(headers),
    ...body,
    exchanges: exchanges.map(exchangeJson),
  };
  process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
}
