import { createHmac, hash } from "node:crypto";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type AwsRequest, createAwsCall } from "../../../adapters/aws/aws-call.ts";
import { type Loopback, listen } from "../../../testing/loopback.ts";

// A service that computes the signature of what arrived, as AWS does.

interface Post {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

let service: Loopback;
let arrived: Post | undefined;
beforeAll(async () => {
  service = await listen(async (request, response) => {
    arrived = { headers: request.headers, body: await text(request) };
    response.end("{}");
  });
});
afterAll(() => service.stop());
afterEach(() => {
  vi.useRealTimers();
});

const hmac = (key: string | Uint8Array, text: string) =>
  createHmac("sha256", key).update(text).digest();

/** Signature Version 4 of a POST to "/" whose Authorization says which headers are signed. */
function signatureOf({ headers, body }: Post, secret: string): string {
  const [, scope = "", names = ""] =
    /Credential=[^/]+\/(\S+), SignedHeaders=(\S+),/.exec(String(headers.authorization)) ?? [];
  const lines = names.split(";").map((name) => `${name}:${headers[name]}`);
  const request = ["POST", "/", "", ...lines, "", names, hash("sha256", body)].join("\n");
  const date = headers["x-amz-date"];
  const toSign = ["AWS4-HMAC-SHA256", date, scope, hash("sha256", request)].join("\n");
  const key = scope.split("/").reduce<string | Uint8Array>(hmac, `AWS4${secret}`);
  return hmac(key, toSign).toString("hex");
}

test("the service computes AWS's own example: post-vanilla of its test suite", () => {
  const signature = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b";
  const headers = {
    host: "example.amazonaws.com",
    "x-amz-date": "20150830T123600Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
      `SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
  const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  expect(signatureOf({ headers, body: "" }, secret)).toBe(signature);
});

const ssm = {
  service: "ssm",
  region: "eu-central-1",
  target: "AmazonSSM.GetParameter",
  contentType: "application/x-amz-json-1.1",
  input: { Name: "/dpop-edge/Schlüssel", WithDecryption: true },
  deadline: 20_000,
} satisfies AwsRequest;
const role = { id: "AKIDEXAMPLE", secret: "one/secret+=", token: "a/session+token==" };
const day = "2027-01-15T23:59:59.999Z";

// One call for all, with its cache: a key must not serve for another day, region, service or secret.
const environment: Record<string, string> = {};
const call = createAwsCall(environment);

test.each([
  { name: "with a session token", asked: ssm, by: role, when: day },
  { name: "again", asked: ssm, by: role, when: day },
  { name: "the next day", asked: ssm, by: role, when: "2027-01-16T00:00:00Z" },
  { name: "another region", asked: { ...ssm, region: "cn-north-1" }, by: role, when: day },
  {
    name: "another service",
    asked: { ...ssm, service: "dynamodb", contentType: "application/x-amz-json-1.0" } as const,
    by: role,
    when: day,
  },
  { name: "another secret", asked: ssm, by: { ...role, secret: "another" }, when: day },
  { name: "no session token", asked: ssm, by: { ...role, token: "" }, when: day },
])(
  "every header that a call writes is signed as it arrives: $name",
  async ({ asked, by, when }) => {
    vi.useFakeTimers({ now: new Date(when), toFake: ["Date"] });
    Object.assign(environment, {
      AWS_ENDPOINT_URL: service.url,
      AWS_ACCESS_KEY_ID: by.id,
      AWS_SECRET_ACCESS_KEY: by.secret,
      AWS_SESSION_TOKEN: by.token,
    });
    expect(await call(asked)).toEqual({ status: 200, body: {} });
    const { headers, body } = arrived ?? { headers: {}, body: "" };
    const date = `${when.slice(0, 19).replace(/[:-]/g, "")}Z`;
    const scope = `${date.slice(0, 8)}/${asked.region}/${asked.service}/aws4_request`;
    const written = {
      "content-type": asked.contentType,
      host: service.host,
      "x-amz-date": date,
      ...(by.token ? { "x-amz-security-token": by.token } : {}),
      "x-amz-target": asked.target,
    };
    expect(JSON.parse(body)).toEqual(asked.input);
    expect(headers).toEqual({
      ...written,
      authorization:
        `AWS4-HMAC-SHA256 Credential=${by.id}/${scope}, ` +
        `SignedHeaders=${Object.keys(written).join(";")}, ` +
        `Signature=${signatureOf({ headers, body }, by.secret)}`,
      // HTTP's own, which may change on the way.
      connection: "keep-alive",
      "content-length": String(Buffer.byteLength(body)),
    });
  },
);
