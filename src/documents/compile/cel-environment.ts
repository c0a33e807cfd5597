import { type ASTNode, Environment } from "@marcbachmann/cel-js";

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
  "string.replace(string, string, int): string",
  "list.at(int): dyn",
  "list.last(): dyn",
  "networks(string): Networks",
  "networks(list): Networks",
  "string.charAt(int): string",
  "string.reverse(): string",
  "string.format(list): string",
  "StringsNamespace.quote(string): string",
  "list.slice(int, int): list",
  "list.flatten(): list",
  "list.flatten(int): list",
  "list.distinct(): list",
  "list.reverse(): list",
  "list.sort(): list",
  "ListsNamespace.range(int): list<int>",
  ...["contains", "equivalent", "intersects"].map(
    (name) => `SetsNamespace.${name}(list, list): bool`,
  ),
  ...["greatest", "least"].flatMap((name) =>
    Array.from(
      { length: 8 },
      (_, more) => `MathNamespace.${name}(${["dyn", ...Array(more).fill("dyn")].join(", ")}): dyn`,
    ),
  ),
  ...["ceil", "floor", "round", "trunc"].map((name) => `MathNamespace.${name}(double): double`),
  ...["isNaN", "isInf", "isFinite"].map((name) => `MathNamespace.${name}(double): bool`),
  ...["abs", "sign"].map((name) => `MathNamespace.${name}(dyn): dyn`),
  "MathNamespace.sqrt(dyn): double",
  ...["bitAnd", "bitOr", "bitXor", "bitShiftLeft", "bitShiftRight"].map(
    (name) => `MathNamespace.${name}(int, int): int`,
  ),
  "MathNamespace.bitNot(int): int",
  "Base64Namespace.encode(bytes): string",
  "Base64Namespace.decode(string): bytes",
  "timestamp(google.protobuf.Timestamp): google.protobuf.Timestamp",
  "duration(google.protobuf.Duration): google.protobuf.Duration",
  "int(google.protobuf.Timestamp): int",
  "string(google.protobuf.Timestamp): string",
  "string(google.protobuf.Duration): string",
];

/** Names that functions of CEL's extensions are members of. */
const namespaces = ["strings", "lists", "sets", "math", "base64"] as const;

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
  for (const name of namespaces) {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Namespace`;
    environment.registerType(type, { fields: {} });
    environment.registerVariable(name, type);
  }
  environment.registerFunction("list.sortBy(ast, ast): list", sortBy);
  for (const signature of signatures) {
    if (isThere(environment, signature)) continue;
    environment.registerFunction(signature, never);
  }
  environment.registerOperator("string in Networks", never);
  environment.registerOperator("list in Networks", never);
  for (const operator of ["<", "<=", ">", ">="])
    environment.registerOperator(`bytes ${operator} bytes: bool`, never);
  for (const name of sees) environment.registerVariable(name, types[name]);
  if (sees.includes("Error"))
    for (const name of errorTypes) environment.registerVariable(name, "dyn");
  known.set(key, environment);
  return environment;
}

/** What the checker hands to a macro and expects of it, as far as `sortBy` needs that. */
interface Checker {
  check(node: ASTNode, context: CheckContext): CheckedType;
  getType(name: string): CheckedType;
  createError(code: string, message: string, node: ASTNode): Error;
}

interface CheckedType {
  readonly kind: string;
  readonly valueType?: CheckedType;
}

interface CheckContext {
  forkWithVariable(name: string, type: CheckedType): CheckContext;
}

interface MacroCall {
  readonly receiver: ASTNode;
  readonly args: readonly [ASTNode, ASTNode];
}

/** `list.sortBy(item, key)` */
function sortBy({ receiver, args: [item, key] }: MacroCall) {
  return {
    evaluate: never,
    typeCheck(checker: Checker, _: unknown, context: CheckContext): CheckedType {
      if (item.op !== "id")
        throw checker.createError("invalid_macro_argument", "sortBy(item, key): name it", item);
      const list = checker.check(receiver, context);
      const type = list.valueType ?? checker.getType("dyn");
      checker.check(key, context.forkWithVariable(item.args, type));
      return list.kind === "list" ? list : checker.getType("list");
    },
  };
}

function isThere(environment: Environment, signature: string): boolean {
  return environment.getDefinitions().functions.some((one) => one.signature === signature);
}

function never(): never {
  throw new Error("The checker evaluates nothing.");
}
