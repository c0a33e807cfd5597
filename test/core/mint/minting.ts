import type { Configuration, JwtFinalizer, Rule } from "../../../src/configuration.ts";
import { createMint } from "../../../src/mint/internal-token.ts";
import { parseClaims, parseTemplate } from "../../../src/mint/template.ts";
import { createSecrets } from "../../../src/secrets.ts";
import * as pem from "./pem-keys.ts";

export const start = 1_800_000_000;
export const oldAndNew =
  pem.ecP256.replace("KEY-----\n", "KEY-----\nX-Key-ID: old\n\n") +
  pem.ed25519.replace("KEY-----\n", "KEY-----\nX-Key-ID: new\n\n");

export const finalizer: JwtFinalizer = {
  type: "jwt",
  id: "internal_token",
  signer: { source: "signing_keys", selector: "new", name: "dpop-edge" },
  ttl: 60,
  claims: parseClaims(
    '{"method": {{ quote .Request.Method }}, "service": {{ quote .Values.service }}}',
  ),
  values: { service: parseTemplate("up{{ if true }}stream{{ end }}") },
  header: { name: "Authorization", scheme: "Bearer" },
  audience: ["https://upstream.example"],
};

/** Random bytes that count up, so that every token has another jti. */
export function mintOf(text = oldAndNew) {
  const clock = { seconds: start };
  let drawn = 0;
  const secrets = createSecrets(
    {
      signing_keys: { kind: "pem", from: { binding: "SIGNING_KEY_PEM" } },
      others: { kind: "pem", from: { binding: "OTHERS" } },
    },
    (from) => ("binding" in from && from.binding === "OTHERS" ? pem.ecP384 + pem.rsa2048 : text),
  );
  const mint = createMint(
    {
      now: () => clock.seconds * 1000,
      random: (bytes) => {
        drawn += 1;
        return new Uint8Array(bytes).fill(drawn);
      },
    },
    secrets,
  );
  return { mint, clock, drawn: () => drawn };
}

export function rule(...finalizers: Rule["finalizers"]): Configuration["rules"][number] {
  const match = { routes: [], hosts: [], methods: [], excludedMethods: [] };
  return {
    id: "r",
    match,
    encodedSlashes: "off",
    authenticators: [],
    authorizers: [],
    finalizers,
    onError: [],
  };
}
