import { describe, expect, test } from "vitest";
import { namedEndpoint } from "../../../src/token/metadata.ts";

const safe = { url: "https://idp.example/.well-known/openid-configuration" };
const local = { url: "http://127.0.0.1:9/.well-known/openid-configuration" };
const allowed = { insecure: true } as const;
const from = (metadata: { url: string; insecure?: true }, jwks_uri: unknown) =>
  namedEndpoint({ jwks_uri } as { jwks_uri: string }, "jwks_uri", metadata);

describe("where metadata lead", () => {
  test.each([
    ["https", safe, "https://keys.example/"],
    ["loopback from loopback", local, "http://idp.localhost:9/certs"],
    ["https from loopback", local, "https://keys.example/"],
    ["plain http where the document says so", { ...safe, ...allowed }, "http://idp.internal/certs"],
    ["loopback where the document says so", { ...safe, ...allowed }, "http://127.0.0.1:9/certs"],
  ])("%s", (_, metadata, url) => {
    expect(from(metadata, url)).toBe(url);
  });

  test.each([
    ["plain http", safe, "http://idp.example/certs"],
    ["loopback", safe, "http://127.0.0.1:9/certs"],
    ["localhost", safe, "http://idp.localhost:9/certs"],
    ["IPv6 loopback", safe, "http://[::1]:9/certs"],
    ["plain http from loopback", local, "http://idp.internal/certs"],
    ["what only looks like loopback", local, "http://127.0.0.1.evil.example/"],
    ["another scheme", { ...safe, ...allowed }, "file:///etc/keys"],
  ])("never %s", (_, metadata, url) => {
    expect(() => from(metadata, url)).toThrow("not https");
  });
});
