import { beforeAll, describe, expect, test } from "vitest";
import type { Endpoint, EndpointAuth } from "../../../src/configuration.ts";
import {
  accessToken,
  authenticator,
  code,
  issuer,
  json,
  jwksUrl,
  keySource,
  refusal,
  type SigningPair,
  signingPair,
  tokenEdge,
} from "./issuer-double.ts";

let key: SigningPair;
beforeAll(async () => {
  key = await signingPair("ES256", "one");
});

const openid = `${issuer}/.well-known/openid-configuration`;

interface Discovery {
  readonly url?: string;
  readonly metadata?: Record<string, unknown>;
  readonly verifyIssuer?: boolean;
  readonly issuers?: readonly string[];
  readonly endpoint?: Partial<Endpoint>;
}

/** An edge that finds the keys by metadata, as far as `discovery` does not spoil it. */
function edge({
  url = openid,
  metadata,
  verifyIssuer = true,
  issuers = [issuer],
  endpoint,
}: Discovery = {}) {
  const document = { issuer, jwks_uri: jwksUrl, ...metadata };
  const { clock, net, tokens } = tokenEdge((asked) =>
    json(asked === url ? document : { keys: [key.jwk] }),
  );
  const keys = {
    kind: "metadata",
    verifyIssuer,
    cacheTtl: 600,
    endpoint: { ...keySource.endpoint, url, ...endpoint },
  } as const;
  const discovering = { ...authenticator, keys, issuers };
  const verifyToken = (token: string) => tokens.verify(token, discovering);
  const verify = async (claims = {}) => verifyToken(await accessToken(key, { claims }));
  return { clock, net, verify, verifyToken };
}

test("the metadata leads to the keys, one fetch each", async () => {
  const { net, verify } = edge();
  expect(await code(verify())).toBe("accepted");
  expect(await code(verify({ sub: "bob" }))).toBe("accepted");
  expect(net.asked.map(({ url }) => url)).toEqual([openid, jwksUrl]);
});

describe("accepts", () => {
  const tenant = `${issuer}/tenant`;
  const rows: ReadonlyArray<readonly [string, Discovery]> = [
    ["RFC 8414", { url: `${issuer}/.well-known/oauth-authorization-server` }],
    [
      "RFC 8414 with a path",
      {
        url: `${issuer}/.well-known/oauth-authorization-server/tenant`,
        metadata: { issuer: tenant },
      },
    ],
    [
      "OpenID with a path",
      { url: `${tenant}/.well-known/openid-configuration`, metadata: { issuer: tenant } },
    ],
    [
      "OpenID in the manner of RFC 8414",
      { url: `${issuer}/.well-known/openid-configuration/tenant`, metadata: { issuer: tenant } },
    ],
    ["an issuer that ends with a slash", { metadata: { issuer: `${issuer}/` } }],
    [
      "another issuer where that is not verified",
      { verifyIssuer: false, metadata: { issuer: "https://other.example" } },
    ],
    [
      "no issuer where that is not verified",
      { verifyIssuer: false, metadata: { issuer: undefined } },
    ],
    ["keys on another host", { metadata: { jwks_uri: "https://keys.example/" } }],
  ];
  test.each(rows)("%s", async (_, discovery) => {
    expect(await code(edge(discovery).verify())).toBe("accepted");
  });
});

describe("refuses", () => {
  const rows: ReadonlyArray<readonly [string, Discovery]> = [
    ["another issuer", { metadata: { issuer: "https://evil.example" } }],
    ["an issuer that starts alike", { metadata: { issuer: `${issuer}.evil.example` } }],
    ["a tenant's issuer at the root", { metadata: { issuer: `${issuer}/tenant` } }],
    ["the issuer with a query", { metadata: { issuer: `${issuer}?a` } }],
    ["the issuer with a fragment", { metadata: { issuer: `${issuer}#a` } }],
    ["the issuer with userinfo", { metadata: { issuer: "https://evil@idp.example" } }],
    ["an issuer that is no URL", { metadata: { issuer: "idp" } }],
    ["no issuer", { metadata: { issuer: undefined } }],
    ["metadata at a URL that is not well-known", { url: `${issuer}/metadata` }],
    ["no jwks_uri", { metadata: { jwks_uri: undefined } }],
    ["a relative jwks_uri", { metadata: { jwks_uri: "/certs" } }],
    ["keys in the URL", { metadata: { jwks_uri: `data:application/json,{"keys":[]}` } }],
    ["a jwks_uri with a user", { metadata: { jwks_uri: "https://a@idp.example/certs" } }],
    ["a jwks_uri with a password", { metadata: { jwks_uri: "https://:b@idp.example/certs" } }],
  ];
  test.each(rows)("%s", async (_, discovery) => {
    expect(await code(edge().verify())).toBe("accepted");
    const spoiled = edge(discovery);
    expect(await code(spoiled.verify())).toBe("keys.unavailable");
    expect(spoiled.net.asked).toHaveLength(1);
  });
});

describe("without issuers in the document", () => {
  test("the issuer of the metadata counts", async () => {
    const { net, verify } = edge({ issuers: [] });
    expect((await verify()).claims.iss).toBe(issuer);
    expect(await code(verify({ iss: "https://evil.example" }))).toBe("token.issuer");
    expect(await code(verify({ iss: undefined }))).toBe("token.issuer");
    expect(net.asked).toHaveLength(2);
  });

  test("none is accepted where the metadata names none", async () => {
    const anonymous = { issuers: [], verifyIssuer: false, metadata: { issuer: undefined } };
    expect(await code(edge(anonymous).verify())).toBe("token.issuer");
  });

  test("a token that was accepted goes when the issuer takes another name", async () => {
    const { clock, net, verifyToken } = edge({ issuers: [], verifyIssuer: false });
    const token = await accessToken(key, { claims: { exp: 2_000_000_000 } });
    const { answer } = net;
    expect(await code(verifyToken(token))).toBe("accepted");
    net.answer = (url, init) =>
      url === openid
        ? json({ issuer: "https://new.example", jwks_uri: jwksUrl })
        : answer(url, init);
    clock.turn(600);
    expect(await code(verifyToken(token))).toBe("token.issuer");
    net.answer = answer;
    clock.turn(600);
    expect(await code(verifyToken(token))).toBe("accepted");
  });
});

test("one silence, in either of the two answers, ends in time", async () => {
  const endpoint = { timeout: 0.05 };
  for (const silent of [openid, jwksUrl]) {
    const { net, verify } = edge({ endpoint });
    const { answer } = net;
    net.answer = (url, init) => (url === silent ? new Promise(() => undefined) : answer(url, init));
    expect(await code(verify())).toBe("keys.unavailable");
  }
});

describe("credentials of the endpoint", () => {
  const known = { source: "idp", selector: "plain" };
  const sent = async (auth: EndpointAuth, headers = {}) => {
    const { net, verify } = edge({ endpoint: { auth, headers } });
    await refusal(verify());
    return net.asked.map(({ url, init }) => ({
      url: new URL(url),
      headers: new Headers(init.headers),
    }));
  };

  test("basic_auth is sent in UTF-8, to the metadata and nowhere else", async () => {
    const auth = {
      type: "basic_auth",
      user: "edge",
      password: { source: "idp", selector: "umlaut" },
    } as const;
    const [metadata, keys] = await sent(auth, { "X-Tenant": "a" });
    expect(metadata?.headers.get("Authorization")).toBe("Basic ZWRnZTpww6Rzczp3b3Jk");
    expect(metadata?.headers.get("X-Tenant")).toBe("a");
    expect([...(keys?.headers.keys() ?? [])]).toEqual(["accept"]);
  });

  test("an api_key is sent in a header or in the query", async () => {
    const [inQuery] = await sent({ type: "api_key", in: "query", name: "key", value: known });
    expect(inQuery?.url.searchParams.get("key")).toBe("k3y");
    const [inHeader] = await sent({ type: "api_key", in: "header", name: "X-Key", value: known });
    expect(inHeader?.headers.get("X-Key")).toBe("k3y");
  });

  test("a secret that is missing asks nobody, and the event names its source", async () => {
    const auth = { type: "basic_auth", user: "edge", password: { source: "idp" } } as const;
    const { net, verify } = edge({ endpoint: { auth } });
    const refused = await refusal(verify());
    expect(refused?.code).toBe("keys.unavailable");
    expect(refused?.detail.found).toBe("secret idp is missing");
    expect(net.asked).toHaveLength(0);
  });

  test.each(["umlaut", "broken"])(
    "a secret that no header can carry (%s) is sent to nobody",
    async (selector) => {
      const value = { source: "idp", selector };
      const auth = { type: "api_key", in: "header", name: "X-Key", value } as const;
      const { net, verify } = edge({ endpoint: { auth } });
      const refused = await refusal(verify());
      expect(refused?.code).toBe("keys.unavailable");
      expect(refused?.detail.found).toBe(
        "the secret for the X-Key header may hold visible ASCII only",
      );
      expect(net.asked).toHaveLength(0);
    },
  );

  test("no secret and no query string gets into the event", async () => {
    const auth = { type: "api_key", in: "query", name: "key", value: known } as const;
    const { net, verify } = edge({ endpoint: { auth } });
    net.answer = (url) => Promise.reject(new TypeError(`cannot reach ${url}`));
    const refused = await refusal(verify());
    expect(refused?.detail.found).toBe(`${openid} could not be reached (TypeError)`);
  });
});
