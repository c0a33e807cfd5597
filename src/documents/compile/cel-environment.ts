import { Environment } from "@marcbachmann/cel-js";

/** What an expression can name, by where it stands. */
export type CelVariable =
  | "MCP"
  | "Request"
  | "Subject"
  | "Outputs"
  | "Values"
  | "Payload"
  | "Error";

/** Heimdall's functions, and those of CEL's extensions that the checker does not know by itself. */
const signatures: readonly string[] = [
  "Request.Header(string): string",
  "Request.Cookie(string): string",
  "Request.Body(): dyn",
  "URL.String(): string",
  "URL.Hostname(): string",
  "URL.Port(): string",
  "URL.Query(): map<string, list<string>>",
  "string.regexFind(string): string",
  "string.regexFindAll(string): list<string>",
  "string.replace(string, string): string",
  "list.at(int): dyn",
  "list.last(): dyn",
  "networks(string): Networks",
  "networks(list): Networks",
];

const types: Readonly<Record<CelVariable, string>> = {
  MCP: "map<string, dyn>",
  Request: "Request",
  Subject: "dyn",
  Outputs: "map<string, dyn>",
  Values: "map<string, string>",
  Payload: "dyn",
  Error: "ErrorState",
};

/** What `type(Error)` can be. */
export const errorTypes = [
  "authentication_error",
  "authorization_error",
  "communication_error",
  "internal_error",
  "precondition_error",
] as const;

const known = new Map<string, Environment>();

/** An environment that checks and never evaluates. */
export function celEnvironment(sees: readonly CelVariable[]): Environment {
  const key = sees.join();
  const before = known.get(key);
  if (before !== undefined) return before;
  const environment = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 2000, maxDepth: 100 },
  });
  environment.registerType("URL", {
    fields: {
      Scheme: "string",
      Host: "string",
      Path: "string",
      RawQuery: "string",
      Captures: "map<string, string>",
    },
  });
  environment.registerType("Request", {
    fields: { Method: "string", URL: "URL", ClientIPAddresses: "list<string>" },
  });
  environment.registerType("ErrorState", { fields: { Source: "string", StepID: "string" } });
  environment.registerType("Networks", { fields: {} });
  for (const signature of signatures) {
    if (isThere(environment, signature)) continue;
    environment.registerFunction(signature, never);
  }
  environment.registerOperator("string in Networks", never);
  environment.registerOperator("list in Networks", never);
  for (const name of sees) environment.registerVariable(name, types[name]);
  if (sees.includes("Error"))
    for (const name of errorTypes) environment.registerVariable(name, "dyn");
  known.set(key, environment);
  return environment;
}

function isThere(environment: Environment, signature: string): boolean {
  return environment.getDefinitions().functions.some((one) => one.signature === signature);
}

function never(): never {
  throw new Error("The checker evaluates nothing.");
}
