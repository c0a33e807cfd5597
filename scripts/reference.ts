import { z } from "zod";
import { cors } from "../src/documents/schema/cors.ts";
import { endpoint, endpointAuth, metadataEndpoint } from "../src/documents/schema/endpoint.ts";
import { mechanismConfigs, mechanismKinds } from "../src/documents/schema/mechanism-config.ts";
import { mechanismsDocument, replay, serve } from "../src/documents/schema/mechanisms.ts";
import { protectedResource } from "../src/documents/schema/protected-resource.ts";
import { rule } from "../src/documents/schema/rules.ts";
import { secretReference, secretSource } from "../src/documents/schema/secrets.ts";
import { stepSettings } from "../src/documents/schema/step-settings.ts";
import { errorStep, step } from "../src/documents/schema/steps.ts";
import { droppedHeaders } from "../src/forward/dropped-headers.ts";
import { functionGroups, functions } from "../src/mint/template-functions.ts";

type Node = Readonly<Record<string, unknown>>;

/** The tables of docs/documents.md, by the name of their marker. */
export const tables: Readonly<Record<string, () => string>> = {
  mechanisms: () => table(mechanismsDocument, 1),
  serve: () => table(serve),
  cors: () => table(cors),
  "protected resource": () => table(protectedResource),
  replay: () => table(replay),
  "secret sources": () => table(secretSource),
  "secret reference": () => table(secretReference),
  endpoint: () => table(endpoint),
  "metadata endpoint": () => table(metadataEndpoint),
  "endpoint auth": () => table(endpointAuth),
  "authenticator anonymous": () => table(mechanismConfigs.authenticators.anonymous),
  "authenticator oauth2_introspection": () =>
    table(mechanismConfigs.authenticators.oauth2_introspection),
  "authenticator generic": () => table(mechanismConfigs.authenticators.generic),
  "authenticator basic_auth": () => table(mechanismConfigs.authenticators.basic_auth),
  "authenticator jwt": () => table(mechanismConfigs.authenticators.jwt),
  "finalizer jwt": () => table(mechanismConfigs.finalizers.jwt),
  "finalizer header": () => table(mechanismConfigs.finalizers.header),
  "finalizer cookie": () => table(mechanismConfigs.finalizers.cookie),
  "authorizer cel": () => table(mechanismConfigs.authorizers.cel),
  "authorizer remote": () => table(mechanismConfigs.authorizers.remote),
  "contextualizer generic": () => table(mechanismConfigs.contextualizers.generic),
  "authorizer step_up": () => table(mechanismConfigs.authorizers.step_up),
  "error handler redirect": () => table(mechanismConfigs.error_handlers.redirect),
  "error handler generic": () => table(mechanismConfigs.error_handlers.generic),
  "finalizer oauth2_client_credentials": () =>
    table(mechanismConfigs.finalizers.oauth2_client_credentials),
  "contextualizer map": () => table(mechanismConfigs.contextualizers.map),
  "error handler www_authenticate": () => table(mechanismConfigs.error_handlers.www_authenticate),
  step: () => table(step),
  "error step": () => table(errorStep),
  "step settings": stepTable,
  "dropped headers": droppedTable,
  rule: () => table(rule),
  functions: functionTable,
};

interface Row {
  readonly key: string;
  readonly node: Node;
}

/** Parts that have a table of their own. */
const elsewhere: Readonly<Record<string, string>> = {
  serve: "serve",
  cors: "cors",
  protected_resource: "protected-resources",
  replay: "replay",
  secret_management: "secret_management",
  mechanisms: "mechanisms",
  execute: "steps",
  on_error: "steps",
  jwks_endpoint: "endpoints",
  metadata_endpoint: "endpoints",
  introspection_endpoint: "endpoints",
  identity_info_endpoint: "endpoints",
  auth: "endpoints",
  subject: "authenticator-jwt",
};

function table(schema: z.ZodType, depth = Number.POSITIVE_INFINITY): string {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
  const { $defs = {} } = root;
  const rows = rowsOf(root, "", $defs, depth);
  const seen = new Set<string>();
  const lines = rows
    .filter(({ key }) => !seen.has(key) && seen.add(key))
    .map(
      ({ key, node }) =>
        `| \`${key}\` | ${fallback(node)} | ${meaning(key, node)} | ${example(key, node)} |`,
    );
  return ["| key | default | meaning | example |", "|---|---|---|---|", ...lines].join("\n");
}

/** The functions of templates, a row for each module that travels. */
function functionTable(): string {
  const rows = functionGroups.map((group) => {
    const names = [...functions].filter(([, arity]) => arity.group === group).map(([name]) => name);
    return `| ${group} | ${names.map((name) => `\`${name}\``).join(" ")} |`;
  });
  return ["| module | functions |", "|---|---|", ...rows].join("\n");
}

function droppedTable(): string {
  const lines = droppedHeaders.map(({ reason, names, families, always }) => {
    const headers = [...families.map((family) => `${family}*`), ...names].map(
      (name) => `\`${name}\``,
    );
    return `| ${reason} | ${always ? "never" : "yes"} | ${headers.join(", ")} |`;
  });
  const head = ["| why | `forward_headers` lets it through | headers |", "|---|---|---|"];
  return [...head, ...lines].join("\n");
}

/** What a step may set, of every type that has settings. */
function stepTable(): string {
  const lines = mechanismKinds.flatMap((kind) =>
    Object.keys(mechanismConfigs[kind]).flatMap((type) => {
      const { open, closed, narrows = [] } = stepSettings(kind, type);
      const others = Object.keys(closed);
      if (open.length + others.length === 0) return [];
      const fewer = narrows.map((path) => code(path.join("."))).join(", ");
      const may =
        open.map((key) => code(key)).join(", ") + (fewer ? `; of ${fewer} only some` : "");
      const named = kind.replaceAll("_", " ").replace(/s$/, "");
      return [`| ${named} \`${type}\` | ${may} | ${others.map((key) => code(key)).join(", ")} |`];
    }),
  );
  return ["| mechanism | a step may set | only the mechanism |", "|---|---|---|", ...lines].join(
    "\n",
  );
}

function rowsOf(node: Node, prefix: string, definitions: Node, depth: number): Row[] {
  const resolved = resolve(node, definitions);
  const variants = [resolved, ...list(resolved.anyOf), ...list(resolved.oneOf)].map((one) =>
    resolve(one, definitions),
  );
  return variants.flatMap((one) => {
    if (isNode(one.items)) return rowsOf(one.items, `${prefix}[]`, definitions, depth);
    if (!isNode(one.properties)) return [];
    return Object.entries(one.properties).flatMap(([name, value]) => {
      if (!isNode(value)) return [];
      const key = prefix === "" ? name : `${prefix}.${name}`;
      const member = { ...resolve(value, definitions), ...value };
      const rows = [{ key, node: member }];
      const below = depth > 1 && elsewhere[name] === undefined && member.$ref === undefined;
      return below ? [...rows, ...rowsOf(member, key, definitions, depth - 1)] : rows;
    });
  });
}

function resolve(node: Node, definitions: Node): Node {
  if (typeof node.$ref !== "string") return node;
  const target = definitions[node.$ref.replace("#/$defs/", "")];
  return isNode(target) ? target : node;
}

function fallback({ default: value }: Node): string {
  const empty =
    value === undefined ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return empty || value === "" ? "" : code(value);
}

function meaning(key: string, { description, enum: values }: Node): string {
  const name =
    key
      .split(".")
      .at(-1)
      ?.replace(/(\[\])+$/, "") ?? "";
  const link = elsewhere[name];
  const choices =
    Array.isArray(values) && values.length > 1
      ? ` One of ${values.map((value) => code(value)).join(", ")}.`
      : "";
  const see = link === undefined ? "" : ` See [below](#${link}).`;
  return `${String(description ?? "").replaceAll("|", "\\|")}${choices}${see}`.trim();
}

/** The last part of the key with a value, as it is written in the document. */
function example(key: string, node: Node): string {
  const name =
    key
      .split(".")
      .at(-1)
      ?.replace(/(\[\])+$/, "") ?? key;
  const examples = list(node.sample, true);
  const value =
    examples[0] ??
    node.default ??
    node.const ??
    (node.type === "boolean" ? true : undefined) ??
    list(node.enum, true)[0];
  if (value === undefined || (isNode(value) && Object.keys(value).length === 0)) return "";
  return code(`${name}: ${flow(value)}`, true);
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (isNode(value)) {
    return `{${Object.entries(value)
      .map(([key, entry]) => `${key}: ${flow(entry)}`)
      .join(", ")}}`;
  }
  const text = String(value);
  return typeof value === "string" && /^[@*!&{[]|[{}[\],]|: |^$/.test(text) ? `'${text}'` : text;
}

function code(value: unknown, plain = false): string {
  const text = plain ? String(value) : flow(value);
  return `\`${text.replaceAll("|", "\\|")}\``;
}

function list(value: unknown, anything?: true): readonly Node[];
function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
