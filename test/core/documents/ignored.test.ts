import { describe, expect, test } from "vitest";
import { compilePair, mechanisms, problemsOf, spoil } from "./pair.ts";

/** Keys of Heimdall that mean nothing here: one note each, and never a word about what is in them. */
const ignored = [
  ...["log", "tracing", "metrics", "profiling", "management", "cache", "providers"].map(
    (key) => [key, `${key}: {whatever: [1, {x: null}]}\n${mechanisms}`] as const,
  ),
  ...["host", "port", "tls", "trusted_proxies", "connections_limit", "buffer_limit", "respond"].map(
    (key) =>
      [`serve.${key}`, spoil(mechanisms, "serve:\n", `serve:\n  ${key}: [{x: 1}]\n`)] as const,
  ),
  [
    "secret_management.nonce_keys.config.watch",
    spoil(mechanisms, "{secret: DPOP_NONCE_KEYS}", "{secret: DPOP_NONCE_KEYS, watch: true}"),
  ] as const,
  [
    "secret_management.nonce_keys.allow_in_rules",
    spoil(
      mechanisms,
      "{secret: DPOP_NONCE_KEYS}}",
      "{secret: DPOP_NONCE_KEYS}, allow_in_rules: false}",
    ),
  ] as const,
  [
    "mechanisms.authenticators[2].config.jwks_endpoint.http_cache",
    spoil(
      mechanisms,
      "{url: https://idp.example/certs}",
      "{url: https://idp.example/certs, http_cache: {enabled: true}}",
    ),
  ] as const,
  [
    "mechanisms.authenticators[2].config.error_signaling.include_required_scope",
    spoil(mechanisms, "{enabled: true}", "{enabled: true, include_required_scope: true}"),
  ] as const,
];

describe("known, without meaning here", () => {
  test("the pair by itself has no notes but one", () => {
    expect(compilePair({}, { target: "cloudflare" }).notes).toEqual([]);
  });

  test.each(ignored)("%s", (path, text) => {
    const result = compilePair({ mechanisms: text });
    expect(problemsOf(result)).toEqual([]);
    expect(result.notes.map((note) => [note.path, note.reason])).toEqual([
      [path, expect.stringMatching(/^ignored: .{10}/)],
    ]);
  });
});
