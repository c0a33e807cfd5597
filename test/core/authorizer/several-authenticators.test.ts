import { describe, expect, test } from "vitest";
import type { Configuration } from "../../../src/configuration.ts";
import {
  apiRule,
  createWorld,
  issuer,
  jwtAuthenticator,
  noNonce,
  request,
  signedHeaders,
} from "./world.ts";

describe("several authenticators", () => {
  const second = { ...jwtAuthenticator, id: "second", issuers: ["https://other.example"] };
  const settings = (authenticators: Configuration["rules"][number]["authenticators"]) => ({
    ...noNonce,
    rules: [{ ...apiRule, authenticators }],
  });
  const first = noNonce.rules[0]?.authenticators[0] ?? jwtAuthenticator;

  test("the next one is asked when the token is of another issuer", async () => {
    const world = createWorld(settings([second, first]));
    expect(await world.authorizer.authorize(request(await signedHeaders(world)))).toMatchObject({
      kind: "allow",
    });
    expect(world.events[0]?.authenticator).toBe("dpop_jwt");
  });

  test("never after a check has failed", async () => {
    const world = createWorld(
      settings([first, { type: "anonymous", id: "anyone", subject: "anonymous" }]),
    );
    const headers = await signedHeaders(world, { proof: { htm: "POST" } });
    expect(await world.authorizer.authorize(request(headers))).toMatchObject({ code: "proof.htm" });
    expect(await world.authorizer.authorize(request())).toMatchObject({
      kind: "allow",
      principal: { id: "anonymous" },
    });
  });

  test("an issuer that nobody accepts is refused by the last one", async () => {
    const world = createWorld(settings([first, second]));
    const headers = await signedHeaders(world, { claims: { iss: `${issuer}.evil` } });
    expect(await world.authorizer.authorize(request(headers))).toMatchObject({
      code: "token.issuer",
    });
  });
});
