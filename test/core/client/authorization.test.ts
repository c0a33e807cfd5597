import { describe, expect, test } from "vitest";
import { authorizationCode } from "../../../src/client/oauth/authorization.ts";

const issuer = "https://idp.example";
const redirectUri = "http://127.0.0.1/callback";

/** The issuer's answer, spoiled by `spoil`; the page that the user was taken to. */
async function world(spoil: (answer: URLSearchParams) => void, resource?: string) {
  const server = {
    issuer,
    authorizationEndpoint: new URL(`${issuer}/authorize`),
    namesItself: true,
  };
  let page = new URL(issuer);
  const authorize = async (to: URL) => {
    page = to;
    const back = new URL(redirectUri);
    back.searchParams.set("code", "c");
    back.searchParams.set("iss", issuer);
    back.searchParams.set("state", to.searchParams.get("state") ?? "");
    spoil(back.searchParams);
    return back;
  };
  const asked = { clientId: "agent", redirectUri, thumbprint: "jkt", resource, authorize };
  return { grant: await authorizationCode(server, asked), page };
}

describe("what the user came back with", () => {
  test("is the grant, with the verifier of the challenge", async () => {
    const { grant, page } = await world(() => undefined, "https://api.example");
    expect(grant).toMatchObject({ code: "c", resource: "https://api.example" });
    expect(page.searchParams.get("dpop_jkt")).toBe("jkt");
    expect(page.searchParams.get("resource")).toBe("https://api.example");
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new TextEncoder().encode(grant.code_verifier),
    );
    const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)));
    expect(page.searchParams.get("code_challenge")).toBe(
      challenge.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
    );
  });

  test("without a resource neither asks for one", async () => {
    const { grant, page } = await world(() => undefined);
    expect([grant.resource, page.searchParams.has("resource")]).toEqual([undefined, false]);
  });

  test.each<[string, (answer: URLSearchParams) => void, string]>([
    ["another issuer's", (to) => to.set("iss", "https://mallory.example"), "oauth.issuer"],
    ["of an issuer that no longer names itself", (to) => to.delete("iss"), "oauth.issuer"],
    ["an answer to another question", (to) => to.set("state", "guessed"), "oauth.refused"],
    ["an error, whatever stands beside it", (to) => to.set("error", "denied"), "oauth.refused"],
    ["no code", (to) => to.delete("code"), "oauth.refused"],
  ])("is %s: refused", async (_, spoil, code) => {
    await expect(world(spoil)).rejects.toMatchObject({ code });
  });

  test("is an error: it is told with its description, of bounded length", async () => {
    const long = (answer: URLSearchParams) => {
      answer.set("error", "e".repeat(200));
      answer.set("error_description", "d".repeat(400));
    };
    const says = `The issuer refused: ${"e".repeat(100)}: ${"d".repeat(300)}.`;
    await expect(world(long)).rejects.toThrow(says);
  });
});
