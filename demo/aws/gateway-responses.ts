import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { isRecord } from "../../src/record.ts";

/** How an authorizer's function ended. */
export type Outcome =
  | { readonly kind: "policy"; readonly context: Readonly<Record<string, unknown>> }
  | { readonly kind: "error"; readonly message: string };

export interface GatewayResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const file = fileURLToPath(new URL("../../adapters/aws/gateway-responses.yml", import.meta.url));

/** The gateway responses of serverless.yml, by type. */
function declared(): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const customTags = [{ tag: "!Ref", resolve: (name: string) => ({ Ref: name }) }];
  const { Resources } = parse(readFileSync(file, "utf8"), { customTags });
  const properties = Object.values(Resources).map((resource) =>
    record(record(resource).Properties),
  );
  return new Map(properties.map((each) => [String(each.ResponseType), each]));
}

const responses = declared();

/** What API Gateway makes of a refusal, by the template; the emulator has no gateway responses. */
export function gatewayResponse(outcome: Outcome, requestId: string): GatewayResponse {
  const response = record(responses.get(typeOf(outcome)));
  const context = outcome.kind === "policy" ? outcome.context : {};
  const template = String(record(response.ResponseTemplates)["application/json"]);
  return {
    status: Number(response.StatusCode),
    headers: { "Content-Type": "application/json", ...headersOf(response, context, requestId) },
    body: template
      .replace(/\$context\.authorizer\.(\w+)/g, (_, name) => String(context[name] ?? ""))
      .replace("$context.requestId", requestId),
  };
}

function typeOf(outcome: Outcome): string {
  if (outcome.kind === "policy") return "ACCESS_DENIED";
  return outcome.message === "Unauthorized" ? "UNAUTHORIZED" : "AUTHORIZER_FAILURE";
}

/** A quoted value is static; any other names a value of the context, and without one there is no header. */
function headersOf(
  response: Readonly<Record<string, unknown>>,
  context: Readonly<Record<string, unknown>>,
  requestId: string,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [parameter, mapping] of Object.entries(record(response.ResponseParameters))) {
    const name = parameter.replace("gatewayresponse.header.", "");
    const [, constant] = /^'(.*)'$/.exec(String(mapping)) ?? [];
    const named = { "context.requestId": requestId }[String(mapping)];
    const value = constant ?? named ?? context[String(mapping).replace("context.authorizer.", "")];
    if (typeof value === "string") headers[name] = value;
  }
  return headers;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
