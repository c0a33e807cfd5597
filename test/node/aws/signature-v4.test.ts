import { AwsV4Signer } from "aws4fetch";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSigner } from "../../../adapters/aws/signature-v4.ts";

const word = fc.stringMatching(/^[A-Za-z0-9/+=._-]{1,40}$/);
const service = fc.constantFrom("dynamodb", "ssm", "secretsmanager");
const region = fc.constantFrom("eu-central-1", "us-east-1", "cn-north-1");
const when = fc.date({
  min: new Date("2001-01-01"),
  max: new Date("2099-12-31"),
  noInvalidDate: true,
});

test("AWS's own example: post-vanilla of its test suite for Signature Version 4", async () => {
  const post = { url: "https://example.amazonaws.com/", headers: {}, body: "" };
  const sign = createSigner();
  const headers = await sign(
    { ...post, service: "service", region: "us-east-1" },
    {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    },
    new Date("2015-08-30T12:36:00Z"),
  );
  expect(headers.authorization).toBe(
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
      "SignedHeaders=host;x-amz-date, " +
      "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  );
});

test("signs what is sent as aws4fetch signs it, whoever signs and whenever", async () => {
  // One signer for all: a key that is kept must not serve for another day, region or secret.
  const sign = createSigner();
  await fc.assert(
    fc.asyncProperty(
      fc.record({ service, region, when, id: word, secret: word, target: word, body: fc.string() }),
      fc.option(word, { nil: undefined }),
      async ({ service, region, when, id, secret, target, body }, sessionToken) => {
        const url = `https://${service}.${region}.amazonaws.com/`;
        const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
        const credentials = {
          accessKeyId: id,
          secretAccessKey: secret,
          ...(sessionToken === undefined ? {} : { sessionToken }),
        };
        const post = { url, headers, body, service, region };
        const { authorization, ...sent } = await sign(post, credentials, when);
        const theirs = await new AwsV4Signer({
          ...post,
          ...credentials,
          method: "POST",
          allHeaders: true,
          datetime: when.toISOString().replace(/[:-]|\.\d{3}/g, ""),
        }).sign();
        expect({ ...sent, authorization }).toEqual(Object.fromEntries(theirs.headers));
      },
    ),
  );
});
