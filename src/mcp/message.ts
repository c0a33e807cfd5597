import { wholeBody } from "../body.ts";
import { caseless } from "../caseless.ts";
import { Refused } from "../decision.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../jws/json.ts";
import type { EdgeRequest } from "../runtime.ts";
import { type Mention, mentionsOf } from "./mentions.ts";

/** What can be named, and so be allowed one by one. */
export type Named = "tools" | "resources" | "prompts";

/** A JSON-RPC message, as far as rules look into it. */
export interface Message {
  /** Absent: an answer of the client's to something that the server asked. */
  readonly method?: string;
  readonly named?: { readonly kind: Named; readonly name: string };
  readonly parameters: JsonObject;
  /** What else it names, and its caller must be allowed to use. */
  readonly mentions?: readonly Mention[];
}

/** Which methods concern one named thing, and the parameter that names it. */
const naming: ReadonlyMap<string, readonly [Named, string]> = new Map([
  ["tools/call", ["tools", "name"]],
  ["prompts/get", ["prompts", "name"]],
  ["resources/read", ["resources", "uri"]],
  ["resources/subscribe", ["resources", "uri"]],
  ["resources/unsubscribe", ["resources", "uri"]],
]);

/** The method and the member that name one thing of a kind. */
export const callOf: Readonly<Record<Named, string>> = {
  tools: "tools/call",
  resources: "resources/read",
  prompts: "prompts/get",
};

/** Each is judged, and may ask a service; clients send a handful. */
const mostMessages = 100;

const mediaType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * The messages of any request that has some. A POST must; what else has a body is judged by it too,
 * for there are servers that look at the body and at no method.
 */
export async function messagesIn(
  request: EdgeRequest,
  limit: number,
): Promise<readonly (Message | undefined)[]> {
  const { method } = request;
  if (method === "POST") return messagesOf(request, limit);
  // No platform sends a body on with these.
  if (method === "GET" || method === "HEAD") return [undefined];
  const { byteLength } = await wholeBody(request, limit);
  return byteLength === 0 ? [undefined] : messagesOf(request, limit);
}

/**
 * The messages of a body: one, or a batch (2025-03-26). What another parser could read as something
 * else is refused: a body that is compressed or no UTF-8, a member that is there twice or in
 * another case. @throws Refused mcp.malformed, body.too_large
 */
async function messagesOf(request: EdgeRequest, limit: number): Promise<readonly Message[]> {
  const { headers } = request;
  if (!mediaType.test(headers.get("Content-Type") ?? "")) {
    throw malformed("Content-Type: application/json, in UTF-8");
  }
  const coding = headers.get("Content-Encoding");
  if (coding !== null && coding.toLowerCase() !== "identity")
    throw malformed("no Content-Encoding");
  const value = parseJson(textOf(await wholeBody(request, limit)));
  if (!Array.isArray(value)) return [messageOf(value)];
  if (value.length === 0 || value.length > mostMessages)
    throw malformed(`a batch of 1 to ${mostMessages} messages`);
  return value.map(messageOf);
}

function textOf(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    // RFC 8259 section 8.1: a byte order mark stays, and is no JSON.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed("UTF-8");
  }
}

const messageMembers = ["jsonrpc", "id", "method", "params", "result", "error"];
const parameterMembers = ["name", "uri", "arguments", "_meta", "ref", "notifications"];
const mentionMembers = ["type", "name", "uri", "resourceSubscriptions"];

function messageOf(value: JsonValue | undefined): Message {
  if (!isJsonObject(value) || value.jsonrpc !== "2.0") throw malformed("JSON-RPC 2.0");
  refuseOtherCase(value, messageMembers);
  const { method, id, params } = value;
  const answers = value.result !== undefined || value.error !== undefined;
  if (method === undefined && answers) return { parameters: {} };
  if (id !== undefined && typeof id !== "string" && typeof id !== "number") {
    throw malformed("an id that is a text or a number");
  }
  if (typeof method !== "string" || answers) throw malformed("a method, or a result");
  if (params !== undefined && !isJsonObject(params)) throw malformed("params by name");
  const parameters = params ?? {};
  refuseOtherCase(parameters, parameterMembers);
  const [kind, member = ""] = naming.get(method) ?? [];
  if (kind === undefined) return { method, parameters, mentions: mentionsIn(method, parameters) };
  const name = Object.hasOwn(parameters, member) ? parameters[member] : undefined;
  if (typeof name !== "string") throw malformed(`params.${member}`);
  return { method, named: { kind, name }, parameters };
}

function mentionsIn(method: string, parameters: JsonObject): readonly Mention[] {
  for (const inner of [parameters.ref, parameters.notifications])
    if (isJsonObject(inner)) refuseOtherCase(inner, mentionMembers);
  return mentionsOf(method, parameters) ?? refuseMentions(method);
}

function refuseMentions(method: string): never {
  throw malformed(`what ${method} is about`);
}

/** Some servers' parsers read `Method` as `method`, and the last one counts. */
function refuseOtherCase(object: JsonObject, members: readonly string[]): void {
  const folded = members.map(caseless);
  for (const name of Object.keys(object)) {
    if (!members.includes(name) && folded.includes(caseless(name))) {
      throw malformed("members in their own case");
    }
  }
}

function malformed(expected: string): Refused {
  return new Refused("mcp.malformed", { expected });
}
