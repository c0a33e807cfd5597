import { describe, expect, test } from "vitest";
import { proof } from "../../../demo/proof.ts";
import { type Answer, send } from "../../../demo/wire.ts";
import { endToEnd, expectRefusal } from "./stage.ts";

const edge = endToEnd();

describe("a browser on another origin", () => {
  const origin = "https://app.example";

  test("has its preflight answered without credentials", async () => {
    const headers = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,dpop",
    };
    const answer = await send(edge.at("/api/orders"), { method: "OPTIONS", headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("access-control-allow-methods")).toContain("POST");
    expect(answer.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("dpop");
    expect(answer.headers.get("access-control-max-age")).toBe("600");
    expect(answer.headers.get("vary")).toContain("Origin");
  });

  test("can read a refusal and answer its challenge", async () => {
    const { accessToken, keys } = await edge.loggedIn();
    const request = { method: "GET", url: edge.at("/api/orders"), token: accessToken };
    const dpop = await proof(keys, { ...request, nonce: undefined });
    const authorization = `DPoP ${accessToken}`;
    const challenge = await send(request.url, { headers: { origin, authorization, dpop } });
    expectRefusal(challenge, 401, "nonce.missing", "use_dpop_nonce");
    expectReadable(challenge);
    const nonce = challenge.headers.get("dpop-nonce") ?? "";
    const retry = await proof(keys, { ...request, nonce });
    const answer = await send(request.url, { headers: { origin, authorization, dpop: retry } });
    expect(answer.status).toBe(200);
    expectReadable(answer);
  });

  test("can read nothing from an origin that is not allowed, or where the rule has no CORS", async () => {
    for (const [from, path] of [
      ["https://evil.example", "/api/orders"],
      [origin, "/brief/orders"],
    ] as const) {
      const answer = await send(edge.at(path), { headers: { origin: from } });
      expect(answer.status).toBe(401);
      expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    }
  });

  function expectReadable(answer: Answer): void {
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    const exposed = answer.headers.get("access-control-expose-headers")?.toLowerCase() ?? "";
    expect(exposed).toContain("dpop-nonce");
    expect(exposed).toContain("www-authenticate");
    expect(answer.headers.get("vary")).toContain("Origin");
  }
});
