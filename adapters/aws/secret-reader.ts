import type { SecretOrigin } from "../../src/configuration.ts";
import { Fault } from "../../src/decision.ts";
import { isRecord } from "../../src/record.ts";
import { type AwsAnswer, type AwsCall, type Environment, errorName, noAnswer } from "./aws-call.ts";

/** Milliseconds. */
const deadline = 2000;

/** arn:partition:service:region:account:resource */
const reference =
  /^arn:aws[a-z-]*:(secretsmanager|ssm):([a-z0-9-]+):\d*:(secret:.+|parameter\/.+)$/;

/**
 * Reads a secret that the documents name: the environment's value of that name or, where that is
 * the ARN of a Secrets Manager secret or an SSM parameter, what it refers to. Asked for once by any
 * number who wait at a time, and kept by nobody here: only the core knows whether a secret served.
 * Throws a Fault that says what to change.
 */
export function createSecretReader(
  environment: Environment,
  call: AwsCall,
): (origin: SecretOrigin) => Promise<string | undefined> {
  const underWay = new Map<string, Promise<string>>();
  return async (origin) => {
    if ("path" in origin) return await fileText(origin.path);
    const value = environment[origin.binding];
    if (value === undefined || !value.startsWith("arn:")) return value;
    const before = underWay.get(value);
    if (before !== undefined) return await before;
    const asked = fetchSecret(value, call).finally(() => underWay.delete(value));
    underWay.set(value, asked);
    return await asked;
  };
}

async function fileText(path: string): Promise<string | undefined> {
  // Imported here: it takes as long as half of all other code of the function, for what few use.
  const { readFile } = await import("node:fs/promises");
  return await readFile(path, "utf8").catch(() => undefined);
}

async function fetchSecret(arn: string, call: AwsCall): Promise<string> {
  const [, service, region = ""] = reference.exec(arn) ?? [];
  if (service === "ssm") return parameter(arn, region, call);
  if (service === "secretsmanager") return secret(arn, region, call);
  throw new Fault("its ARN is neither of a Secrets Manager secret nor of an SSM parameter");
}

async function parameter(arn: string, region: string, call: AwsCall) {
  const input = { Name: arn, WithDecryption: true };
  const answer = await ask("ssm", "AmazonSSM.GetParameter", input, region, call);
  const { Parameter } = answer;
  return textOf(isRecord(Parameter) ? Parameter.Value : undefined);
}

async function secret(arn: string, region: string, call: AwsCall) {
  const input = { SecretId: arn };
  const target = "secretsmanager.GetSecretValue";
  const answer = await ask("secretsmanager", target, input, region, call);
  return textOf(answer.SecretString);
}

const actions = { ssm: "ssm:GetParameter", secretsmanager: "secretsmanager:GetSecretValue" };

async function ask(
  service: keyof typeof actions,
  target: string,
  input: object,
  region: string,
  call: AwsCall,
): Promise<Readonly<Record<string, unknown>>> {
  const contentType = "application/x-amz-json-1.1";
  const answer = await call({ service, region, target, contentType, input, deadline }).catch(
    (thrown) => {
      throw new Fault(`${service}, asked for ${deadline} ms at most: ${noAnswer(thrown)}`);
    },
  );
  if (answer.status === 200) return answer.body;
  const said = `${service} answered ${answer.status} ${errorName(answer)}`;
  throw new Fault(`${said}: ${advice(answer, actions[service])}`);
}

function advice(answer: AwsAnswer, action: string): string {
  const name = errorName(answer);
  if (name === "AccessDeniedException") return `allow ${action} on it`;
  if (name === "ThrottlingException") return "many instances started at once; raise its throughput";
  return answer.status >= 500 ? "it will be asked again" : "store it, or correct the ARN";
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  throw new Fault("what it refers to holds no text");
}
