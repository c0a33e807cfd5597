import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createAuthorizerHandler } from "../../../adapters/aws/authorizer-handler.ts";
import { createKeysHandler } from "../../../adapters/aws/keys-handler.ts";
import { listen, type Running } from "../../../demo/server.ts";
import { configuration, noNonce } from "../../core/authorizer/world.ts";
import { httpEvent, restEvent } from "./events.ts";
import { createAwsWorld, provenHeaders } from "./world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the keys", () => {
  test.each([
    ["a REST API", restEvent()],
    ["an HTTP API", httpEvent()],
  ])("of %s: public, and kept for a while", async (_name, event) => {
    const { runtime } = createAwsWorld();
    const handler = createKeysHandler(configuration, { runtime });
    const { statusCode, headers, body } = await handler(event);
    expect([statusCode, headers]).toEqual([
      200,
      { "cache-control": "public, max-age=300", "content-type": "application/jwk-set+json" },
    ]);
    expect(JSON.parse(body).keys).toEqual([
      {
        kty: "EC",
        crv: "P-256",
        x: expect.any(String),
        y: expect.any(String),
        kid: "edge",
        alg: "ES256",
        use: "sig",
      },
    ]);
  });

  test("need no more than GET and HEAD", async () => {
    const { runtime } = createAwsWorld();
    const handler = createKeysHandler(configuration, { runtime });
    expect(await handler(restEvent({ method: "HEAD" }))).toMatchObject({
      statusCode: 200,
      body: "",
    });
    expect(await handler(restEvent({ method: "POST" }))).toMatchObject({ statusCode: 405 });
  });

  test("without the secret: 500, and the log says which", async () => {
    const { world, runtime, log } = createAwsWorld();
    world.secrets.SIGNING_KEYS = undefined;
    const answer = await createKeysHandler(configuration, { runtime })(restEvent());
    expect(answer.statusCode).toBe(500);
    expect(log.join()).toContain("secret SIGNING_KEYS");
    expect(answer.body).not.toContain("SIGNING_KEYS");
  });
});

describe("the example upstream", () => {
  const aws = createAwsWorld(noNonce, { emit: () => undefined });
  let keys: Running;
  let handler: typeof import("../../../adapters/aws/functions/upstream.ts")["handler"];
  beforeAll(async () => {
    const serve = createKeysHandler(noNonce, { runtime: aws.runtime });
    keys = await listen(
      () => async (_request, response) => void response.end((await serve(restEvent())).body),
    );
    process.env.INTERNAL_JWKS_URL = keys.url;
    process.env.INTERNAL_ISSUER = "dpop-edge";
    process.env.INTERNAL_AUDIENCE = "upstream";
    ({ handler } = await import("../../../adapters/aws/functions/upstream.ts"));
  });
  afterAll(() => keys.stop());

  async function context() {
    // The upstream's clock is the machine's.
    aws.world.clock.seconds = Math.floor(Date.now() / 1000);
    const authorizer = createAuthorizerHandler(noNonce, { runtime: aws.runtime });
    const answer = await authorizer(restEvent({ headers: await provenHeaders(aws) }));
    return { ...answer.context, dpopNonce: "fresh" };
  }

  test("knows who called by what the authorizer said, of either payload", async () => {
    const authorizer = await context();
    for (const shape of [authorizer, { lambda: authorizer }]) {
      const answer = await handler({ requestContext: { authorizer: shape } });
      expect(answer).toMatchObject({ statusCode: 200, headers: { "DPoP-Nonce": "fresh" } });
      expect(JSON.parse(answer.body)).toMatchObject({ caller: { sub: "alice" } });
    }
  });

  test("lets nobody past the authorizer", async () => {
    const { internalToken } = (await context()) as { internalToken?: string };
    const forged = `${internalToken?.slice(0, -8)}AAAAAAAA`;
    for (const authorizer of [{}, { internalToken: forged }]) {
      const answer = await handler({ requestContext: { authorizer } });
      expect(answer.statusCode).toBe(401);
    }
    expect((await handler({ requestContext: {} })).statusCode).toBe(401);
  });
});
