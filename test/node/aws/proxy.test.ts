import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createProxyHandler } from "../../../adapters/aws/proxy-handler.ts";
import { configuration, noNonce, withRule } from "../../core/authorizer/world.ts";
import { httpEvent, loadBalancerEvent, restEvent } from "./events.ts";
import { createAwsWorld, provenHeaders } from "./world.ts";

afterEach(() => vi.restoreAllMocks());

type Result = APIGatewayProxyStructuredResultV2 & {
  multiValueHeaders?: Record<string, string[]>;
};
type Upstream = (url: string, init: RequestInit) => Promise<Response>;

/** A proxy whose upstream answers as told, and what it was asked. */
function proxy(upstream: Upstream = async () => new Response("fine"), settings = noNonce) {
  const aws = createAwsWorld(settings);
  const asked: { url: string; init: RequestInit }[] = [];
  const send = (url: string | URL | Request, init: RequestInit = {}) => {
    asked.push({ url: String(url), init });
    return upstream(String(url), init);
  };
  const handler = createProxyHandler(settings, { runtime: aws.runtime, send });
  const handle = async (event: unknown, remaining?: number) => {
    const context =
      remaining === undefined ? undefined : { getRemainingTimeInMillis: () => remaining };
    return (await handler(event, context)) as Result;
  };
  return { aws, asked, handle };
}

const body = ({ body = "", isBase64Encoded }: Result) =>
  isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
const lower = async (aws: ReturnType<typeof createAwsWorld>, proof = {}) => {
  const { Authorization, DPoP } = await provenHeaders(aws, proof);
  return { authorization: Authorization, dpop: DPoP };
};

describe("an HTTP API", () => {
  test("challenge, retry, replay, each with its true status and headers", async () => {
    const { aws, asked, handle } = proxy(undefined, configuration);
    const challenge = await handle(httpEvent({ headers: await lower(aws) }));
    expect(challenge.statusCode).toBe(401);
    expect(challenge.headers).toMatchObject({
      "www-authenticate": expect.stringMatching(/^DPoP error="use_dpop_nonce"/),
      "dpop-nonce": expect.any(String),
      "cache-control": "no-store",
    });
    expect(JSON.parse(body(challenge))).toMatchObject({ error: "use_dpop_nonce" });

    const nonce = challenge.headers?.["dpop-nonce"];
    const event = httpEvent({ headers: await lower(aws, { nonce }) });
    const passed = await handle(event);
    expect([passed.statusCode, body(passed)]).toEqual([200, "fine"]);
    expect(asked).toHaveLength(1);
    expect(await handle(event)).toMatchObject({ statusCode: 401 });
    expect(asked).toHaveLength(1);
  });

  test("the upstream sees the internal token, and nothing of the client's", async () => {
    const { aws, asked, handle } = proxy();
    const event = httpEvent(
      {
        method: "POST",
        rawQueryString: "q=a%20b",
        headers: {
          ...(await lower(aws, { htm: "POST" })),
          "x-forwarded-for": "192.0.2.1",
          "content-type": "text/plain",
          "content-length": "5",
          "accept-encoding": "br",
          upgrade: "websocket",
        },
        cookies: ["a=1", "b=2"],
      },
      { body: Buffer.from("h\u00e9llo").toString("base64"), isBase64Encoded: true },
    );
    expect((await handle(event)).statusCode).toBe(200);
    const [{ url, init } = { url: "", init: {} }] = asked;
    expect(url).toBe("https://upstream.example:8081/api/x?q=a%20b");
    expect(init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(Buffer.from(init.body as Uint8Array).toString()).toBe("h\u00e9llo");
    const headers = Object.fromEntries(new Headers(init.headers));
    expect(headers).toEqual({
      authorization: expect.stringMatching(/^Bearer ey/),
      "accept-encoding": "br",
      "content-type": "text/plain",
      cookie: "a=1; b=2",
      "x-forwarded-for": "203.0.113.7",
      "x-forwarded-proto": "https",
      "x-request-id": expect.any(String),
    });
  });

  test("an answer comes back as it was, cookies apart, bytes as bytes", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const headers = new Headers({ "Content-Type": "image/png", "WWW-Authenticate": "Basic" });
    headers.append("Set-Cookie", "a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT");
    headers.append("Set-Cookie", "b=2");
    const { aws, handle } = proxy(async () => new Response(bytes, { status: 418, headers }));
    const result = await handle(httpEvent({ headers: await lower(aws) }));
    expect(result).toEqual({
      statusCode: 418,
      headers: expect.objectContaining({
        "content-type": "image/png",
        "www-authenticate": "Basic",
      }),
      cookies: ["a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT", "b=2"],
      body: Buffer.from(bytes).toString("base64"),
      isBase64Encoded: true,
    });
  });

  test("the keys of the internal tokens", async () => {
    const { handle } = proxy();
    const keys = await handle(httpEvent({ rawPath: "/.well-known/jwks" }));
    expect(keys.statusCode).toBe(200);
    expect(JSON.parse(body(keys)).keys[0]).not.toHaveProperty("d");
    const posted = httpEvent({ rawPath: "/.well-known/jwks", method: "POST" });
    expect(await handle(posted)).toMatchObject({
      statusCode: 405,
      headers: { allow: "GET, HEAD" },
    });
  });

  test("a preflight is answered here", async () => {
    const cors = {
      allowedOrigins: ["https://app.example.com"],
      allowedMethods: ["GET"],
      allowedHeaders: [],
      exposedHeaders: [],
      allowCredentials: false,
    };
    const { asked, handle } = proxy(undefined, withRule({ cors }));
    const headers = {
      origin: "https://app.example.com",
      "access-control-request-method": "GET",
    };
    const answer = await handle(httpEvent({ method: "OPTIONS", headers }));
    expect(answer).toMatchObject({
      statusCode: 204,
      headers: { "access-control-allow-origin": "https://app.example.com" },
      body: "",
    });
    expect(asked).toEqual([]);
  });
});

describe("an upstream that fails", () => {
  const failure = async (upstream: Upstream, settings = noNonce, remaining?: number) => {
    const { aws, handle } = proxy(upstream, settings);
    const result = await handle(httpEvent({ headers: await lower(aws) }), remaining);
    return { status: result.statusCode, ...JSON.parse(body(result)), log: aws.log.join() };
  };
  const never: Upstream = (_url, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));

  test("no connection", async () => {
    const failed = await failure(() => Promise.reject(new TypeError("fetch failed")));
    expect(failed).toMatchObject({ status: 502, detail: "The upstream could not be reached." });
    expect(failed.log).toMatch(/^\{"v":1,[^\n]*"upstream":\{"problem":"unreachable"[^\n]*\}$/);
  });

  test("no answer within the documents' time", async () => {
    const late = { status: 504, detail: "The upstream did not answer in time." };
    expect(await failure(never, { ...noNonce, upstreamTimeout: 0.02 })).toMatchObject(late);
  });

  test("no answer before Lambda would end the function", async () => {
    expect(await failure(never, noNonce, 520)).toMatchObject({ status: 504 });
  });

  test("an answer larger than Lambda carries", async () => {
    const large = async () => new Response(new Uint8Array(4_400_001));
    expect(await failure(large)).toMatchObject({
      status: 502,
      detail: expect.stringMatching("large"),
    });
  });

  test.each([99, 101, 199, 600, 999, 1000])("status %i", async (status) => {
    const odd = async () => ({ status, headers: new Headers(), body: null }) as Response;
    expect(await failure(odd)).toMatchObject({
      status: 502,
      detail: expect.stringMatching("could not be understood"),
    });
  });

  test("a rule that leads nowhere", async () => {
    const { forwardTo: _, ...nowhere } = noNonce.rules[0] ?? expect.unreachable();
    const settings = { ...noNonce, rules: [nowhere] };
    expect(await failure(async () => new Response(), settings)).toMatchObject({ status: 502 });
  });
});

describe("a load balancer", () => {
  test("headers are lists both ways", async () => {
    const headers = new Headers({ "X-One": "1" });
    headers.append("Set-Cookie", "a=1");
    headers.append("Set-Cookie", "b=2");
    const { aws, handle } = proxy(async () => new Response("fine", { headers }));
    const { Authorization, DPoP } = await provenHeaders(aws);
    const event = loadBalancerEvent({ authorization: [Authorization], dpop: [DPoP] });
    const result = await handle(event);
    expect(result).toMatchObject({ statusCode: 200, multiValueHeaders: { "x-one": ["1"] } });
    expect(result.multiValueHeaders?.["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(result).not.toHaveProperty("headers");
  });

  test("two proofs are two", async () => {
    const { aws, handle } = proxy();
    const { Authorization, DPoP } = await provenHeaders(aws);
    const event = loadBalancerEvent({ authorization: [Authorization], dpop: [DPoP, DPoP] });
    expect(JSON.parse(body(await handle(event)))).toMatchObject({ code: "proof.multiple" });
  });

  test("without multi-value headers everything is refused, readably, and the log says what to change", async () => {
    const { aws, asked, handle } = proxy();
    const headers = await lower(aws);
    const { multiValueHeaders: _, ...event } = loadBalancerEvent();
    const result = await handle({ ...event, headers });
    expect(result).toMatchObject({ statusCode: 500, headers: { "cache-control": "no-store" } });
    expect(JSON.parse(body(result))).toMatchObject({ code: "internal" });
    expect(aws.log.join()).toContain("lambda.multi_value_headers.enabled");
    expect(asked).toEqual([]);
  });
});

describe("what the proxy does not serve is refused, and the log says what to do", () => {
  test.each([
    ["a REST API", restEvent(), "does not serve REST APIs"],
    ["payload format 1.0", restEvent({}, { version: "1.0" }), "payload format to 2.0"],
    ["another event", { Records: [] }, "no kind that the proxy knows"],
    ["nothing", undefined, "no kind that the proxy knows"],
  ])("%s", async (_name, event, advice) => {
    const { aws, asked, handle } = proxy();
    expect(await handle(event)).toMatchObject({ statusCode: 500 });
    expect(aws.log.join()).toContain(advice);
    expect(asked).toEqual([]);
  });

  test("a function URL hides the challenge: said once", async () => {
    const { aws, handle } = proxy();
    const event = httpEvent({ domainName: "abc.lambda-url.eu-central-1.on.aws" });
    await handle(event);
    await handle(event);
    expect(aws.log.filter((line) => line.includes("x-amzn-Remapped"))).toHaveLength(1);
  });
});
