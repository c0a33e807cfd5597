import { isJsonObject, type JsonObject, parseJson } from "../jws/json.ts";
import { discard, limitedBytes } from "../limited-bytes.ts";
import type { Runtime } from "../runtime.ts";

/** 256 KiB: some five hundred RSA keys, far more than an issuer publishes. */
export const longestDocument = 256 * 1024;

/** Why a document could not be had, in words that hold no secret and no query string. */
export class FetchError extends Error {
  override readonly name = "FetchError";
}

export interface TextRequest {
  readonly url: string;
  /** GET where absent. */
  readonly method?: string;
  readonly headers: Headers;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** A whole answer, whatever its status, redirects excepted. */
export interface TextAnswer {
  readonly status: number;
  /** The media type, lower case, without parameters; "" where none is told. */
  readonly type: string;
  readonly text: string;
  readonly headers: Headers;
}

/**
 * GETs one JSON object: status 200, no redirect, at most `longestDocument` bytes of UTF-8.
 * @throws FetchError
 */
export async function fetchJson(
  fetch: Runtime["fetch"],
  request: TextRequest,
): Promise<JsonObject> {
  const where = place(request.url);
  const response = await answer(fetch, request, where);
  if (response.status !== 200) {
    await discard(response);
    throw new FetchError(`${where} answered ${statusOf(response)}`);
  }
  return jsonObject(await text(response, where), where);
}

/**
 * One request and its whole answer: no redirect, at most `longestDocument` bytes of UTF-8.
 * @throws FetchError
 */
export async function fetchText(
  fetch: Runtime["fetch"],
  request: TextRequest,
): Promise<TextAnswer> {
  const where = place(request.url);
  const response = await answer(fetch, request, where);
  if (isRedirect(response)) {
    await discard(response);
    throw new FetchError(`${where} answered ${statusOf(response)}`);
  }
  const type = (response.headers.get("Content-Type") ?? "").replace(/;.*/s, "");
  return {
    status: response.status,
    type: type.trim().toLowerCase(),
    text: await text(response, where),
    headers: response.headers,
  };
}

/** @throws FetchError where the text is no JSON object, or one that two parsers read differently */
export function jsonObject(text: string, where: string): JsonObject {
  const document = parseJson(text);
  if (!isJsonObject(document)) throw new FetchError(`${where} did not answer a JSON object`);
  return document;
}

/** Origin and path: a query string may hold a key. */
export function place(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

async function answer(
  fetch: Runtime["fetch"],
  request: TextRequest,
  where: string,
): Promise<Response> {
  try {
    return await fetch(request.url, {
      method: request.method ?? "GET",
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      // A redirect could lead to keys that nobody configured.
      redirect: "manual",
      // A cache in between would hide a rotation.
      cache: "no-store",
      signal: request.signal,
    });
  } catch (error) {
    throw new FetchError(`${where} could not be reached (${kind(error)})`);
  }
}

/** Browsers and some runtimes show a redirect that is not followed as status 0. */
function statusOf(response: Response): string {
  return isRedirect(response) ? "a redirect, which is not followed" : `${response.status}`;
}

function isRedirect({ status }: Response): boolean {
  return status === 0 || (status >= 300 && status < 400);
}

async function text(response: Response, where: string): Promise<string> {
  const bytes = await limitedBytes(response, longestDocument).catch((error: unknown) => {
    throw new FetchError(`${where} broke off its answer (${kind(error)})`);
  });
  if (bytes === undefined)
    throw new FetchError(`${where} answered more than ${longestDocument} bytes`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FetchError(`${where} did not answer UTF-8`);
  }
}

/** Only the name: a runtime's message may quote the URL or a header. */
function kind(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
