import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { createDpopClient, type DpopClientOptions } from "../../../src/client/index.ts";
import { noNonce } from "../authorizer/world.ts";
import { api, edgeDouble } from "./edge.ts";

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: RequestInit["body"];
  readonly redirect: string | undefined;
}

/** A network of redirects: URL to where it leads. */
function network(leads: Record<string, string>, status = 307, options: DpopClientOptions = {}) {
  const sent: Sent[] = [];
  const client = createDpopClient({
    token: "t",
    origins: ["https://a.example", "https://b.example"],
    async fetch(url, { method = "GET", headers, body = null, redirect }) {
      sent.push({ method, url, headers: new Headers(headers), body, redirect });
      const location = leads[url];
      if (location === undefined) return new Response("here");
      return new Response(null, { status, headers: { Location: location } });
    },
    ...options,
  });
  return { sent, client };
}

/** Workers know no redirect: "error". */
function canRefuse(): boolean {
  try {
    return new Request("https://a.example/", { redirect: "error" }).redirect === "error";
  } catch {
    return false;
  }
}

const htus = (sent: readonly Sent[]) =>
  sent.map(({ headers }) => decodeJwt(headers.get("DPoP") ?? "").htu);

describe("a redirect", () => {
  test("to another path gets a proof of its own, which the edge accepts", async () => {
    const edge = edgeDouble(noNonce);
    edge.upstream = ({ pathname }) =>
      pathname === "/api/x"
        ? new Response(null, { status: 307, headers: { Location: "/api/y?z" } })
        : undefined;
    const response = await edge.client().fetch(api, { method: "PUT", body: "orders" });
    expect(response.status).toBe(200);
    expect(
      edge.seen.map(({ method, url, body, outcome }) => [
        method,
        new URL(url).pathname,
        body,
        outcome,
      ]),
    ).toEqual([
      ["PUT", "/api/x", "orders", 200],
      ["PUT", "/api/y", "orders", 200],
    ]);
  });

  test("to another allowed origin carries the token and a proof for there, no cookie", async () => {
    const { sent, client } = network({ "https://a.example/1": "https://b.example/2" });
    await client.fetch("https://a.example/1", { headers: { Cookie: "c=1", "X-Kept": "yes" } });
    expect(htus(sent)).toEqual(["https://a.example/1", "https://b.example/2"]);
    expect(sent.map(({ headers }) => headers.get("Authorization"))).toEqual(["DPoP t", "DPoP t"]);
    expect(sent[1]?.headers.get("X-Kept")).toBe("yes");
    expect(sent[1]?.headers.has("Cookie")).toBe(false);
  });

  test("to any other origin is followed without token, proof and cookie, for good", async () => {
    for (const to of [
      "https://storage.example/file",
      "http://a.example/1",
      "https://a.example:8443/",
    ]) {
      const { sent, client } = network({ "https://a.example/1": to, [to]: "https://a.example/2" });
      await client.fetch("https://a.example/1", { headers: { Cookie: "c=1" } });
      expect(sent.map(({ url }) => url)).toEqual(["https://a.example/1", to]);
      const names = [...(sent[1]?.headers.keys() ?? [])];
      expect(names).toEqual([]);
      // From there on it is the platform's affair: nothing of ours can come back.
      expect(sent[1]?.redirect).toBe("follow");
    }
  });

  test.each([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [302, "PUT", "PUT"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
    [303, "HEAD", "HEAD"],
  ])("%i makes of %s a %s", async (status, method, becomes) => {
    const { sent, client } = network({ "https://a.example/1": "/2" }, status);
    const body = method === "HEAD" ? {} : { body: "x", headers: { "Content-Type": "text/x" } };
    await client.fetch("https://a.example/1", { method, ...body });
    expect(sent[1]?.method).toBe(becomes);
    expect(decodeJwt(sent[1]?.headers.get("DPoP") ?? "").htm).toBe(becomes);
    const keeps = becomes === method && method !== "HEAD";
    expect(sent[1]?.body).toBe(keeps ? "x" : null);
    expect(sent[1]?.headers.has("Content-Type")).toBe(keeps);
  });

  test("is left alone where the caller wants to see it, or none", async () => {
    const { sent, client } = network({ "https://a.example/1": "/2" });
    const response = await client.fetch("https://a.example/1", { redirect: "manual" });
    expect([response.status, response.headers.get("Location")]).toEqual([307, "/2"]);
    if (!canRefuse()) return;
    await client.fetch("https://a.example/1", { redirect: "error" });
    expect(sent.map(({ redirect }) => redirect)).toEqual(["manual", "error"]);
  });

  test("that leads nowhere, or to another scheme, is the answer", async () => {
    for (const to of ["https://", "mailto:a@a.example", "data:,x"]) {
      const { sent, client } = network({ "https://a.example/1": to });
      expect((await client.fetch("https://a.example/1")).status).toBe(307);
      expect(sent.length).toBe(1);
    }
  });

  test("without end ends", async () => {
    const { sent, client } = network({ "https://a.example/1": "/1" });
    await expect(client.fetch("https://a.example/1")).rejects.toMatchObject({
      code: "redirect.loop",
    });
    expect(sent.length).toBe(21);
    expect(new Set(sent.map(({ headers }) => headers.get("DPoP"))).size).toBe(21);
  });

  test("that a browser hides is said to be one", async () => {
    const hidden = () =>
      Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
    const { client } = network({}, 307, { fetch: async () => hidden() });
    await expect(client.fetch("https://a.example/1")).rejects.toMatchObject({
      code: "redirect.hidden",
    });
  });

  test("of a stream cannot be followed with its body", async () => {
    const { client } = network({ "https://a.example/1": "/2" });
    const body = new Response("orders").body;
    const sent = client.fetch("https://a.example/1", { method: "POST", body });
    await expect(sent).rejects.toMatchObject({ code: "body.consumed" });
  });
});
