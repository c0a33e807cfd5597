import { describe, expect, test } from "vitest";
import {
  apiRule,
  configuration,
  createWorld,
  noNonce,
  request,
  signedHeaders,
  withRule,
} from "./world.ts";

describe("CORS", () => {
  const cors = {
    allowedOrigins: ["https://app.example"],
    allowedMethods: ["GET"],
    allowedHeaders: ["Authorization", "DPoP"],
    exposedHeaders: [],
    allowCredentials: false,
  };
  const preflight = { Origin: "https://app.example", "Access-Control-Request-Method": "GET" };

  test("a preflight is answered without credentials where CORS is configured", async () => {
    const world = createWorld(withRule({ cors }));
    const decision = await world.authorizer.authorize(request(preflight, { method: "OPTIONS" }));
    expect(decision).toMatchObject({ kind: "preflight", status: 204 });
    expect(decision.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
    expect(world.events).toEqual([expect.objectContaining({ outcome: "preflight", status: 204 })]);
  });

  test("it finds the rule by the method that it asks for", async () => {
    const match = { ...apiRule.match, methods: ["GET"] };
    const world = createWorld(withRule({ cors, match }));
    const decision = await world.authorizer.authorize(request(preflight, { method: "OPTIONS" }));
    expect(decision).toMatchObject({ kind: "preflight", status: 204 });
  });

  test("elsewhere it is a request like any other", async () => {
    const world = createWorld(noNonce);
    const decision = await world.authorizer.authorize(request(preflight, { method: "OPTIONS" }));
    expect(decision).toMatchObject({ kind: "refuse", code: "credentials.missing" });
    expect(world.events[0]).toMatchObject({
      expected: "cors, where the rule or serve has it",
      found: "a preflight of https://app.example, which carries no credentials",
    });
  });

  test("a browser on another origin can read a refusal and its nonce", async () => {
    const world = createWorld({ ...configuration, cors });
    const headers = { ...(await signedHeaders(world)), Origin: "https://app.example" };
    const decision = await world.authorizer.authorize(request(headers));
    expect(decision).toMatchObject({ code: "nonce.missing" });
    expect(decision.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
    const exposed = decision.headers.get("Access-Control-Expose-Headers")?.split(", ") ?? [];
    for (const name of ["DPoP-Nonce", "WWW-Authenticate", "X-Request-Id"]) {
      expect(exposed).toContain(name);
      expect(decision.headers.has(name)).toBe(true);
    }
    expect(decision.headers.get("Vary")).toContain("Origin");
  });
});
