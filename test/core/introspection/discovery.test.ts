import { describe, expect, test } from "vitest";
import type { IntrospectionAuthenticator } from "../../../src/configuration.ts";
import { code, issuer, json, refusal } from "../token/issuer-double.ts";
import { active, asking, endpointUrl, introspecting } from "./double.ts";

const metadataUrl = `${issuer}/.well-known/oauth-authorization-server`;
const discovering: IntrospectionAuthenticator = {
  ...introspecting,
  introspection: {
    kind: "metadata",
    endpoint: { url: metadataUrl, headers: { "X-Metadata": "only" }, timeout: 5 },
    verifyIssuer: true,
    resolved: {
      type: "basic_auth",
      user: "edge",
      password: { source: "idp", selector: "secret" },
    },
  },
};
const metadata = { issuer, introspection_endpoint: endpointUrl };

function world(document: unknown = metadata, said = active()) {
  const issuerDouble = { document, said };
  const edge = asking((url) =>
    json(url === metadataUrl ? issuerDouble.document : issuerDouble.said),
  );
  return {
    ...edge,
    issuerDouble,
    verify: (token: string, changed: Partial<IntrospectionAuthenticator> = {}) =>
      edge.verify(token, changed, discovering),
  };
}

test("metadata lead to the endpoint, with the credentials for it and nothing else", async () => {
  const { net, verify } = world();
  expect(await code(verify("opaque"))).toBe("accepted");
  expect(net.asked.map(({ url }) => url)).toEqual([metadataUrl, endpointUrl]);
  const [first, second] = net.asked.map(({ init }) => new Headers(init.headers));
  expect([first?.get("Authorization"), first?.get("X-Metadata")]).toEqual([null, "only"]);
  expect([second?.get("Authorization"), second?.get("X-Metadata")]).toEqual([
    `Basic ${btoa("edge:s3:cr&t")}`,
    null,
  ]);
});

test("they are fetched once in ten minutes, and used for an hour while they cannot be had", async () => {
  const { clock, net, verify, issuerDouble } = world(metadata, active({ exp: undefined }));
  await verify("1");
  clock.turn(599);
  await verify("2");
  expect(net.asked.map(({ url }) => url)).toEqual([metadataUrl, endpointUrl, endpointUrl]);
  issuerDouble.document = {};
  clock.turn(1);
  expect(await code(verify("3"))).toBe("accepted");
  clock.turn(2999);
  expect(await code(verify("4"))).toBe("accepted");
  clock.turn(1);
  expect(await code(verify("5"))).toBe("introspection.unavailable");
});

test("a failure is asked about again after seconds only", async () => {
  const { clock, net, verify, issuerDouble } = world({});
  await code(verify("1"));
  await code(verify("2"));
  expect(net.asked).toHaveLength(1);
  issuerDouble.document = metadata;
  clock.turn(5);
  expect(await code(verify("1"))).toBe("accepted");
});

describe("whose word it is", () => {
  test("an answer that names an issuer names that of the metadata", async () => {
    expect(await code(world(metadata, active({ iss: issuer })).verify("t"))).toBe("accepted");
    const other = world(metadata, active({ iss: "https://other.example" }));
    expect(await code(other.verify("t"))).toBe("token.issuer");
  });

  const bad: ReadonlyArray<[name: string, document: unknown, says: string]> = [
    ["another issuer's", { ...metadata, issuer: "https://evil.example" }, "names https://evil"],
    ["no endpoint", { issuer }, "names no introspection_endpoint"],
    [
      "plain http",
      { issuer, introspection_endpoint: "http://idp.example/i" },
      "names a introspection_endpoint that is not https",
    ],
    [
      "credentials in the URL",
      { issuer, introspection_endpoint: "https://a:b@idp.example/i" },
      "credentials in it",
    ],
  ];
  test.each(bad)("metadata with %s are refused", async (_, document, says) => {
    expect(await refusal(world(document).verify("t"))).toMatchObject({
      code: "introspection.unavailable",
      detail: { found: expect.stringContaining(says) },
    });
  });
});
