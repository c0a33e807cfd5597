import { isJsonObject, type JsonObject } from "../jws/json.ts";
import { isStrings } from "../token/strings.ts";
import type { Named } from "./message.ts";

/** A thing that a message tells of, or listens to, without being a call of it. */
export type Mention = readonly [kind: Named, name: string];

/** Each is judged. */
const mostMentions = 100;

const none: readonly Mention[] = [];

/**
 * A completion tells what a prompt or a template of resources takes, a subscription when a resource
 * changes: both name what the caller might not use. Undefined where that cannot be read.
 */
export function mentionsOf(method: string, parameters: JsonObject): readonly Mention[] | undefined {
  switch (method) {
    case "completion/complete":
      return isJsonObject(parameters.ref) ? referred(parameters.ref) : undefined;
    case "subscriptions/listen":
      return isJsonObject(parameters.notifications)
        ? subscribed(parameters.notifications)
        : undefined;
    default:
      return none;
  }
}

function referred({ type, name, uri }: JsonObject): readonly Mention[] | undefined {
  if (type === "ref/prompt" && typeof name === "string") return [["prompts", name]];
  return type === "ref/resource" && typeof uri === "string" ? [["resources", uri]] : undefined;
}

function subscribed({ resourceSubscriptions: uris }: JsonObject): readonly Mention[] | undefined {
  if (uris === undefined) return none;
  if (!isStrings(uris) || uris.length > mostMentions) return undefined;
  return uris.map((uri) => ["resources", uri]);
}
