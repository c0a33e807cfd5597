import { type CurlOption, curlOptions } from "./curl-options.ts";
import { headersOf, type SentRequest, UnreadableRequest } from "./sent-request.ts";

interface Reading {
  readonly urls: string[];
  readonly fields: [name: string, value: string][];
  readonly body: string[];
  method?: string;
  impliedMethod?: string;
  bodyIsWhole: boolean;
  asQuery: boolean;
  pathAsIs: boolean;
}

/**
 * The request that a curl command sends, by its words without the first, `curl`.
 * @throws UnreadableRequest
 */
export function readCurl(words: readonly string[]): SentRequest {
  const reading: Reading = {
    urls: [],
    fields: [],
    body: [],
    bodyIsWhole: true,
    asQuery: false,
    pathAsIs: false,
  };
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === "--") reading.urls.push(...queue.splice(0));
    else if (word.startsWith("--")) readLong(word, queue, reading);
    else if (word.startsWith("-") && word !== "-") readShort(word, queue, reading);
    else reading.urls.push(word);
  }
  return requestOf(reading);
}

function readLong(word: string, queue: string[], reading: Reading): void {
  const option = curlOptions.find(({ long }) => long === word.slice(2));
  if (option === undefined) throw unknown(word);
  apply(option, option.takes ? valueAfter(word, queue) : "", reading);
}

/** Letters in one word: `-sSXPOST`. */
function readShort(word: string, queue: string[], reading: Reading): void {
  let letters = word.slice(1);
  while (letters !== "") {
    const option = curlOptions.find(({ short }) => short === letters.charAt(0));
    if (option === undefined) throw unknown(`-${letters.charAt(0)}`);
    letters = letters.slice(1);
    if (!option.takes) {
      apply(option, "", reading);
      continue;
    }
    apply(option, letters === "" ? valueAfter(`-${option.short}`, queue) : letters, reading);
    return;
  }
}

function valueAfter(word: string, queue: string[]): string {
  const value = queue.shift();
  if (value === undefined)
    throw new UnreadableRequest(`curl's ${word} stands last, without a value.`);
  return value;
}

function unknown(word: string): UnreadableRequest {
  return new UnreadableRequest(
    `curl's option ${word.slice(0, 40)} is not known here: leave it out if it changes neither method, URL nor headers.`,
  );
}

function apply({ means, long }: CurlOption, value: string, reading: Reading): void {
  if (means === "data" || means === "json")
    reading.bodyIsWhole &&=
      long !== "data-urlencode" && (long === "data-raw" || !value.startsWith("@"));
  switch (means) {
    case undefined:
      return;
    case "method":
      reading.method = value;
      return;
    case "header":
      reading.fields.push(...fieldOf(value));
      return;
    case "url":
      reading.urls.push(value);
      return;
    case "data":
      reading.body.push(value);
      reading.impliedMethod ??= "POST";
      return;
    case "json":
      reading.fields.push(["Content-Type", "application/json"], ["Accept", "application/json"]);
      reading.body.push(value);
      reading.impliedMethod ??= "POST";
      return;
    case "head":
      reading.impliedMethod = "HEAD";
      return;
    case "get":
      reading.asQuery = true;
      return;
    case "upload":
      reading.impliedMethod = "PUT";
      return;
    case "form":
      reading.impliedMethod ??= "POST";
      return;
    case "bearer":
      reading.fields.push(["Authorization", `Bearer ${value}`]);
      return;
    case "user":
      reading.fields.push(["Authorization", `Basic ${Buffer.from(value).toString("base64")}`]);
      return;
    case "cookie":
      reading.fields.push(["Cookie", value]);
      return;
    case "path-as-is":
      reading.pathAsIs = true;
  }
}

/** `Name: value`; `Name;` sends it empty, `Name:` takes away one of curl's own. */
function fieldOf(text: string): [name: string, value: string][] {
  if (text.startsWith("@")) {
    throw new UnreadableRequest("curl's -H @file is not read here: write the headers out.");
  }
  const empty = /^([^:;]+);\s*$/.exec(text);
  if (empty?.[1] !== undefined) return [[empty[1].trim(), ""]];
  const [, name, value = ""] = /^([^:]+):\s*([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined) {
    throw new UnreadableRequest("A -H of the curl command has no colon: -H 'Name: value'.");
  }
  return value === "" ? [] : [[name.trim(), value.trimEnd()]];
}

function requestOf(reading: Reading): SentRequest {
  const [url, second] = reading.urls;
  if (url === undefined) throw new UnreadableRequest("The curl command names no URL.");
  if (second !== undefined) {
    throw new UnreadableRequest(
      "The curl command names several URLs, or a quote is missing: explain one request at a time.",
    );
  }
  const implied = reading.asQuery ? "GET" : (reading.impliedMethod ?? "GET");
  const type = "application/x-www-form-urlencoded";
  const headers = headersOf(reading.fields);
  const hasBody = reading.body.length > 0 && !reading.asQuery;
  if (hasBody && !headers.has("Content-Type")) headers.set("Content-Type", type);
  return {
    method: reading.method ?? implied,
    url: absolute(url, reading),
    headers,
    ...(hasBody ? { bodyLength: Buffer.byteLength(reading.body.join("&")) } : {}),
    // What stands in a file, or is still to be encoded, is not known here.
    ...(hasBody && reading.bodyIsWhole ? { bodyText: reading.body.join("&") } : {}),
  };
}

/** As curl completes it: http without a scheme, dot segments removed unless told. */
function absolute(written: string, { asQuery, body, pathAsIs }: Reading): string {
  const [url = ""] = (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`
  ).split("#");
  const dots = /^[^?]*\/\.{1,2}(?:[/?]|$)/.test(url);
  const path = dots && !pathAsIs && URL.canParse(url) ? new URL(url).href : url;
  if (!asQuery || body.length === 0) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${body.join("&")}`;
}
