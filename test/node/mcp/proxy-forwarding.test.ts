import type { IncomingHttpHeaders } from "node:http";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { UnansweredError } from "../../../cli/exit.ts";
import { type Forwarder, listen as listenOnLoopback } from "../../../cli/proxy/forwarder.ts";
import { createUpstream } from "../../../cli/proxy/upstream.ts";
import { generateKey } from "../../../src/client/index.ts";
import { type Loopback, listen } from "../../../testing/loopback.ts";

// What the proxy sends on, and what it keeps to itself.

const secret = "s".repeat(22);
const received: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
let server: Loopback;
const forwarders: Forwarder[] = [];

beforeAll(async () => {
  server = await listen((request, response) => {
    received.push({ url: request.url ?? "", headers: request.headers });
    response.writeHead(200, { "Set-Cookie": "sid=1", "DPoP-Nonce": "n" }).end("ok");
  });
});
afterAll(async () => {
  for (const forwarder of forwarders) forwarder.stop();
  await server.stop();
});
beforeEach(() => void received.splice(0));

async function proxyTo(base: string, { cookies = false, token = async () => "token" } = {}) {
  const key = await generateKey({});
  const upstream = createUpstream(new URL(base), key, { current: token, renew: async () => false });
  const forwarder = await listenOnLoopback(upstream, {
    host: "127.0.0.1",
    port: 0,
    secret,
    cookies,
  });
  forwarders.push(forwarder);
  return forwarder;
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The path as it is written: no client of Node's own leaves it alone. */
function ask(
  { url }: Forwarder,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(url);
    httpRequest({ host, port, path, headers }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    })
      .on("error", reject)
      .end();
  });
}

describe("where a request goes", () => {
  test.each([
    ["", "/base"],
    ["/", "/base/"],
    ["/a/b?x=1", "/base/a/b?x=1"],
    ["?x=1", "/base?x=1"],
    ["/a/../b", "/base/b"],
    ["/a%2f..%2fb", "/base/a%2f..%2fb"],
  ])("SECRET%s: %s", async (path, url) => {
    const forwarder = await proxyTo(`http://${server.host}/base`);
    expect(await ask(forwarder, `/${secret}${path}`)).toMatchObject({ status: 200, text: "ok" });
    expect(received.map((each) => each.url)).toEqual([url]);
  });

  test("a query of --to goes along", async () => {
    const forwarder = await proxyTo(`http://${server.host}/base?tenant=1`);
    await ask(forwarder, `/${secret}/a?x=1`);
    await ask(forwarder, `/${secret}`);
    expect(received.map((each) => each.url)).toEqual(["/base/a?x=1&tenant=1", "/base?tenant=1"]);
  });

  test.each(["/../x", "/a/../../x", "/%2e%2e/x", "/.%2E/x", "/..\\x", "/../basement", "/.."])(
    "%s leads out of --to: 400, and nobody is asked",
    async (path) => {
      const forwarder = await proxyTo(`http://${server.host}/base`);
      const byHeader = { "X-Dpop-Edge-Proxy": secret };
      for (const [asked, headers] of [
        [`/${secret}${path}`, {}],
        [path, byHeader],
      ] as const) {
        const { status, text } = await ask(forwarder, asked, headers);
        expect([status, text]).toEqual([400, expect.stringContaining("leads out of")]);
      }
      expect(received).toEqual([]);
    },
  );

  test("a whole URL, as a proxy is asked, is none of its paths", async () => {
    const forwarder = await proxyTo(`http://${server.host}/base`);
    const whole = `http://${server.host}/x`;
    expect((await ask(forwarder, whole, { "X-Dpop-Edge-Proxy": secret })).status).toBe(403);
    expect(received).toEqual([]);
  });
});

describe("what goes along", () => {
  const mine = {
    Authorization: "Bearer mine",
    DPoP: "mine",
    Origin: "http://localhost:1",
    Referer: "http://localhost:1/x",
    "X-Dpop-Edge-Proxy": secret,
    Cookie: "local=1",
    Connection: "X-Hop",
    "X-Hop": "1",
    "X-Mine": "1",
  };

  test("token and proof are the proxy's; what is of this machine stays here, cookies too", async () => {
    const forwarder = await proxyTo(`http://${server.host}`);
    const { headers } = await ask(forwarder, `/${secret}/x`, mine);
    const [sent] = received.map((each) => each.headers);
    expect(sent).toMatchObject({
      authorization: "DPoP token",
      dpop: expect.stringMatching(/^ey/),
      host: server.host,
      "x-mine": "1",
    });
    for (const name of ["cookie", "origin", "referer", "x-hop", "x-dpop-edge-proxy"])
      expect(sent).not.toHaveProperty(name);
    expect(headers).not.toHaveProperty("set-cookie");
    expect(headers).not.toHaveProperty("dpop-nonce");
  });

  test("with --cookies they pass, both ways", async () => {
    const forwarder = await proxyTo(`http://${server.host}`, { cookies: true });
    const { headers } = await ask(forwarder, `/${secret}/x`, mine);
    expect(received[0]?.headers.cookie).toBe("local=1");
    expect(headers["set-cookie"]).toEqual(["sid=1"]);
  });
});

describe("where there is no answer, it is said why", () => {
  test("nobody listens", async () => {
    const forwarder = await proxyTo("http://127.0.0.1:9");
    const { status, text } = await ask(forwarder, `/${secret}/x`);
    expect([status, text]).toEqual([
      502,
      "http://127.0.0.1:9 did not answer (ECONNREFUSED): is it running, and is --to right?\n",
    ]);
  });

  test("there is no token", async () => {
    const token = () => Promise.reject(new UnansweredError("The token endpoint answered 503."));
    const forwarder = await proxyTo(`http://${server.host}`, { token });
    const { status, text } = await ask(forwarder, `/${secret}/x`);
    expect([status, text]).toEqual([
      502,
      `There is no access token for http://${server.host}: The token endpoint answered 503.\n`,
    ]);
    expect(received).toEqual([]);
  });

  test("what an issuer says of it commands no terminal", async () => {
    const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const token = () => Promise.reject(new UnansweredError("It says \x1b]0;owned\x07."));
    const { text } = await ask(await proxyTo(`http://${server.host}`, { token }), `/${secret}/x`);
    const said = [text, ...written.mock.calls.flat()].join("");
    written.mockRestore();
    expect(said).toContain("owned");
    expect([said.includes("\x1b"), said.includes("\x07")]).toEqual([false, false]);
  });
});
