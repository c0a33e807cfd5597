import { expect, test } from "vitest";
import { FetchError } from "../../../src/token/fetch-json.ts";
import { serverMetadata } from "../../../src/token/metadata.ts";
import { issuer, jwksUrl } from "./issuer-double.ts";

const url = `${issuer}/.well-known/openid-configuration`;
const good = { issuer, jwks_uri: jwksUrl };
const read = (document: Record<string, string>, endpoint = { url }) =>
  serverMetadata(document, endpoint, { verifyIssuer: true });

test("whose keys they are, and where", () => {
  expect(read(good)).toEqual({ issuer, jwksUri: jwksUrl });
});

const elsewhere =
  "as issuer, whose metadata is not at this URL; if that is meant, set disable_issuer_identifier_verification";

test.each([
  ["another issuer", { issuer: "https://evil.example" }, `https://evil.example ${elsewhere}`],
  ["nobody", { issuer: undefined }, `nobody ${elsewhere}`],
  [
    "an issuer without end",
    { issuer: `${issuer}/${"a".repeat(1000)}` },
    `${issuer}/${"a".repeat(180)} ${elsewhere}`,
  ],
  ["no keys", { jwks_uri: undefined }, "no jwks_uri"],
  ["keys at no whole URL", { jwks_uri: "/certs" }, "no jwks_uri"],
  ["keys in the URL", { jwks_uri: "data:,{}" }, "a jwks_uri that is not https"],
  [
    "keys over plain http",
    { jwks_uri: "http://idp.example/certs" },
    "a jwks_uri that is not https",
  ],
  ["keys with a user", { jwks_uri: "https://a@idp.example/" }, "a jwks_uri with credentials in it"],
  [
    "keys with a password",
    { jwks_uri: "https://:b@idp.example/" },
    "a jwks_uri with credentials in it",
  ],
])("metadata that name %s: the log says so, and where they were", (_, spoiled, names) => {
  const document = JSON.parse(JSON.stringify({ ...good, ...spoiled }));
  // A query string may hold a key.
  const failure = new FetchError(`${url} names ${names}`);
  expect(() => read(document)).toThrow(failure);
  expect(() => read(document, { url: `${url}?key=k3y` })).toThrow(/^(?!.*k3y)/);
});
