import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { createLambdaRuntime } from "../../adapters/aws/runtime.ts";
import { readFolder } from "../../cli/documents/folder.ts";
import { dynamoEnvironment } from "../../demo/aws/table.ts";
import { freshSecrets } from "../../demo/secrets.ts";
import { listen } from "../../demo/server.ts";
import { createAuthorizer } from "../../src/authorizer.ts";
import type { Configuration } from "../../src/configuration.ts";
import { compile } from "../../src/documents/index.ts";

/** What stands around a function, all of it on 127.0.0.1. */
export interface LambdaStage {
  readonly configuration: Configuration;
  /** Of every function. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** An event that passes once, for each function: a token, a proof and a nonce of this moment. */
  events(): Promise<Readonly<Record<"authorizer" | "proxy", object>>>;
  stop(): Promise<void>;
}

const origin = "https://api.example.com";
const url = `${origin}/api/x`;

/** The documents of a folder, with an issuer that has one key, secrets in SSM, a table that takes every claim, and an upstream. */
export async function openLambdaStage(folder: string): Promise<LambdaStage> {
  const issuer = await generateKeyPair("ES256");
  const client = await generateKeyPair("ES256");
  const jwk = await exportJWK(client.publicKey);
  const cnf = { jkt: await calculateJwkThumbprint(jwk) };
  const published = { ...(await exportJWK(issuer.publicKey)), kid: "issuer-1", alg: "ES256" };
  const keys = JSON.stringify({ keys: [published] });
  let secrets: Readonly<Record<string, string>> = {};
  const server = await listen(() => async (request, response) => {
    const asked = (await request.toArray()).join("");
    response.setHeader("Content-Type", "application/json");
    const ofSecrets = request.headers["x-amz-target"] === "AmazonSSM.GetParameter";
    if (ofSecrets) response.end(JSON.stringify(parameter(asked, secrets)));
    else response.end(request.url === "/certs" ? keys : "{}");
  });
  const keysUrl = `${server.url}/certs`;
  const configuration = compiled(folder, keysUrl, new URL(server.url).host);
  secrets = freshSecrets(configuration);
  const references = Object.keys(secrets).map((name) => [name, arnPrefix + name]);
  const environment = {
    ...dynamoEnvironment(server.url),
    AWS_ENDPOINT_URL_SSM: server.url,
    ...Object.fromEntries(references),
    REPLAY_TABLE: "replay",
    KEYS_URL: keysUrl,
  };
  const runtime = { ...createLambdaRuntime(configuration, environment), emit: () => undefined };
  const authorizer = createAuthorizer(configuration, runtime);

  async function signed(nonce?: string) {
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: "https://idp.example", aud: origin, sub: "alice", scope: "read", cnf };
    const token = await new SignJWT({ ...claims, iat, exp: iat + 300 })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "issuer-1" })
      .sign(issuer.privateKey);
    const hash = await crypto.subtle.digest("SHA-256", Buffer.from(token));
    const ath = Buffer.from(hash).toString("base64url");
    const jti = crypto.randomUUID();
    const proof = await new SignJWT({ jti, htm: "GET", htu: url, iat, ath, nonce })
      .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
      .sign(client.privateKey);
    return { host: "api.example.com", authorization: `DPoP ${token}`, dpop: proof };
  }

  async function freshNonce(): Promise<string> {
    const headers = new Headers(await signed());
    const decision = await authorizer.authorize({ method: "GET", url, headers });
    const nonce = decision.kind === "refuse" ? decision.headers.get("DPoP-Nonce") : null;
    if (nonce === null) throw new Error("A request without a nonce was not challenged.");
    return nonce;
  }

  return {
    configuration,
    environment,
    async events() {
      const headers = await signed(await freshNonce());
      return { authorizer: restEvent(headers), proxy: httpEvent(headers) };
    },
    stop: server.stop,
  };
}

/** Secrets are SSM parameters, as adapters/aws/environment.yml has them. */
const arnPrefix = "arn:aws:ssm:eu-central-1:123456789012:parameter/dpop-edge/";

function parameter(asked: string, secrets: Readonly<Record<string, string>>): object {
  const { Name }: { Name: string } = JSON.parse(asked);
  return { Parameter: { Value: secrets[Name.slice(arnPrefix.length)] } };
}

function compiled(folder: string, ISSUER_JWKS: string, UPSTREAM_HOST: string): Configuration {
  const read = readFolder(folder);
  const environment = { ISSUER_JWKS, UPSTREAM_HOST };
  const result = read.ok ? compile(read.documents, { target: "aws", environment }) : read;
  if (result.ok) return result.configuration;
  throw new Error("The documents are wrong: npx dpop-edge check --target aws");
}

type Fields = Readonly<Record<string, string>>;

/** What the functions read of an event of a REST API's authorizer. */
function restEvent(headers: Fields): object {
  return {
    type: "REQUEST",
    methodArn: "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/api/x",
    httpMethod: "GET",
    path: "/api/x",
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    requestContext: {
      path: "/api/x",
      domainName: "api.example.com",
      requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
      identity: { sourceIp: "203.0.113.7" },
    },
  };
}

/** The same of an HTTP API's integration. */
function httpEvent(headers: Fields): object {
  return {
    version: "2.0",
    rawPath: "/api/x",
    rawQueryString: "",
    headers,
    requestContext: {
      domainName: "api.example.com",
      stage: "$default",
      requestId: "JKJaXmPLvHcESHA=",
      http: { method: "GET", sourceIp: "203.0.113.7" },
    },
  };
}
