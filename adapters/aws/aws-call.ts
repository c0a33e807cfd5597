import { AwsV4Signer } from "aws4fetch";
import { createHttpCall, type Send, type UpstreamAnswer } from "./http-call.ts";

/** Of one service's JSON protocol. */
export interface AwsRequest {
  readonly service: "dynamodb" | "ssm" | "secretsmanager";
  readonly region: string;
  /** X-Amz-Target: the operation. */
  readonly target: string;
  readonly contentType: "application/x-amz-json-1.0" | "application/x-amz-json-1.1";
  readonly input: object;
  /** Milliseconds until no answer counts as failed. */
  readonly deadline: number;
}

export interface AwsAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Signed and sent once; throws when there is no answer in time, or none that can be read. */
export type AwsCall = (request: AwsRequest) => Promise<AwsAnswer>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** Bytes; Secrets Manager holds 64 KiB, which JSON may escape to more. */
const largest = 256 * 1024;
/** Signing keys: one a day, region and service. */
const mostKept = 16;

/**
 * Calls AWS with the credentials that Lambda puts into the environment. AWS_ENDPOINT_URL and
 * AWS_ENDPOINT_URL_<SERVICE> name another endpoint, as they do for AWS's own SDKs.
 */
export function createAwsCall(environment: Environment, send: Send = createHttpCall()): AwsCall {
  const signingKeys = new Map<string, ArrayBuffer>();
  return async ({ service, region, target, contentType, input, deadline }) => {
    const url = endpoint(environment, service, region);
    const body = JSON.stringify(input);
    if (signingKeys.size >= mostKept) signingKeys.clear();
    const { method, headers } = await new AwsV4Signer({
      ...credentials(environment),
      method: "POST",
      url,
      headers: { "content-type": contentType, "x-amz-target": target },
      // Content-Type too, which is left unsigned otherwise.
      allHeaders: true,
      body,
      service,
      region,
      cache: signingKeys,
    }).sign();
    const signal = AbortSignal.timeout(deadline);
    try {
      const answer = await send(url, {
        method,
        headers,
        body: new TextEncoder().encode(body),
        redirect: "manual",
        cache: "no-store",
        signal,
      });
      return { status: answer.status, body: parsed(await text(answer)) };
    } catch (fault) {
      throw signal.aborted ? signal.reason : fault;
    }
  };
}

/** Why a call brought no answer. Only the name of what is not ours: its message may quote the URL. */
export function noAnswer(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "no answer";
  if (thrown.name === "TimeoutError") return "no answer in time";
  if ("code" in thrown && typeof thrown.code === "string") return `no answer, ${thrown.code}`;
  return thrown.name === "Error" ? thrown.message : `no answer, ${thrown.name}`;
}

/** The name of an error: "com.amazonaws...#ResourceNotFoundException", of which the end counts. */
export function errorName({ body }: AwsAnswer): string {
  const type = body.__type;
  return typeof type === "string" ? type.slice(type.lastIndexOf("#") + 1) : "no error name";
}

/** Characters of an error's message that are told. */
const longestMessage = 300;

/**
 * What the service says of an error, as the beginning of a sentence; "" where it says nothing. Not
 * to be told of errors about signatures: those quote the request's headers.
 */
export function errorMessage({ body }: AwsAnswer): string {
  const message = body.message ?? body.Message;
  if (typeof message !== "string") return "";
  const told = message
    .slice(0, longestMessage)
    .replace(/[^\x21-\x7e]+/g, " ")
    .trim();
  return told === "" ? "" : `${told.replace(/[.;:]$/, "")}; `;
}

function credentials(environment: Environment) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new Error("there are no AWS credentials in the environment: give the function a role");
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}

const endpointNames = {
  dynamodb: "AWS_ENDPOINT_URL_DYNAMODB",
  ssm: "AWS_ENDPOINT_URL_SSM",
  secretsmanager: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
} as const;

function endpoint(
  environment: Environment,
  service: AwsRequest["service"],
  region: string,
): string {
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const configured = environment[endpointNames[service]] || environment.AWS_ENDPOINT_URL;
  return new URL("/", configured || `https://${service}.${region}.${domain}`).href;
}

async function text(answer: UpstreamAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > largest) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = text === "" ? {} : JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new Error("the answer is no JSON object");
  return { ...value };
}
