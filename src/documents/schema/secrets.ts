import { z } from "zod";
import { bindingName, ignored, text } from "./words.ts";

export const secretReference = z
  .strictObject({
    source: text().meta({
      description: "The name of a source under secret_management.",
      sample: ["signing_keys"],
    }),
    selector: text()
      .optional()
      .meta({
        description:
          "Which key (its kid) or which value of the source; may be left out where it holds one.",
        sample: ["dpop-nonce-master-key-1"],
      }),
  })
  .meta({
    id: "secretReference",
    sample: [{ source: "signing_keys", selector: "key-2026-01" }],
    description: "A reference to a secret: a source and a key in it.",
  });

const allowInRules = ignored(
  "nothing that a rule may set reaches a secret: templates have no function secret",
);

const textSource = z.strictObject({
  secret: bindingName.optional().meta({
    description:
      "The Worker secret, or the environment value, that holds the text: `wrangler secret put NAME`.",
    sample: ["DPOP_NONCE_KEYS"],
  }),
  path: text()
    .optional()
    .meta({
      description: "A file that holds the text; not on Cloudflare, where a Worker has no files.",
      sample: ["/etc/dpop-edge/keys.jwks"],
    }),
  watch: ignored(
    "secrets are read when the runtime starts; on Cloudflare `wrangler secret put` replaces them at once",
  ),
});

const pemSource = textSource.extend({
  password: secretReference.optional().meta({
    description:
      "Of encrypted keys (PKCS#8 with PBES2: PBKDF2 and AES-CBC): a text of an inline source. Keys that are not encrypted are read beside them.",
    sample: [{ source: "signing_key_password" }],
  }),
});

const fileSource = z.strictObject({
  path: text().meta({
    description: "A file of YAML or JSON: texts by name, or names with a user and a password each.",
    sample: ["/etc/dpop-edge/credentials.yaml"],
  }),
  watch: ignored("secrets are read when the runtime starts"),
});

export const secretSource = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("jwks").meta({
        description: "A JWK set: symmetric keys (kty oct) for nonces, private keys for signing.",
      }),
      config: textSource.meta({
        description: "Where the text is: exactly one of secret and path.",
      }),
      allow_in_rules: allowInRules,
    }),
    z.strictObject({
      type: z.literal("pem").meta({
        description: "PEM: private keys, for signing, or certificates alone, as trust anchors.",
      }),
      config: pemSource.meta({
        description: "Where the text is: exactly one of secret and path.",
      }),
      allow_in_rules: allowInRules,
    }),
    z.strictObject({
      type: z.literal("file").meta({
        description: "Texts by name, as inline, in a file of YAML or JSON: for Node.",
      }),
      config: fileSource.meta({ description: "Where the text is." }),
      allow_in_rules: allowInRules,
    }),
    z.strictObject({
      type: z.literal("inline").meta({ description: "Texts by name, for endpoint credentials." }),
      config: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])).meta({
        description:
          "Values by name, for development only: they become part of the build. Or {secret: BINDING}: one value, kept as a secret.",
        sample: [{ secret: "IDP_API_KEY" }],
      }),
      allow_in_rules: allowInRules,
    }),
  ])
  .meta({
    description: "Where keys and passwords come from; never written into the build, unless inline.",
  });
