import { z } from "zod";
import { noConfig } from "./authenticators.ts";
import { secretReference } from "./secrets.ts";
import { duration, headerName, identifier, pattern, text } from "./words.ts";

const template = z.string();

const signer = z.strictObject({
  source: text()
    .optional()
    .meta({
      description: "The source of the signing keys, under secret_management.",
      sample: ["signing_keys"],
    }),
  selector: text()
    .optional()
    .meta({
      description: "The kid of the key that signs; may be left out where the source holds one.",
      sample: ["key-2026-01"],
    }),
  secret: secretReference.optional().meta({
    description: "Source and selector in one, another spelling.",
    sample: [{ source: "signing_keys" }],
  }),
  name: text()
    .default("dpop-edge")
    .meta({ description: "The token's iss.", sample: ["https://edge.example.com"] }),
});

export const jwtFinalizerConfig = z.strictObject({
  signer: signer
    .optional()
    .meta({ description: "The key that signs, and the name it signs under. Required." }),
  ttl: duration()
    .prefault("5m")
    .meta({ description: "How long the token is valid.", sample: ["1m"] }),
  claims: template.optional().meta({
    description:
      "A template whose output is a JSON object: claims beside iss, sub, aud, iat, nbf, exp and jti, which are ours.",
    sample: ['{"url": {{ quote .Request.URL.String }}}'],
  }),
  values: z
    .record(z.string(), template)
    .default({})
    .meta({
      description: "Templates by name; .Values in claims.",
      sample: [{ tenant: "{{ .Subject.Attributes.tenant }}" }],
    }),
  header: z
    .strictObject({
      name: headerName.optional().meta({
        description: "The header that carries the token.",
        default: "Authorization",
        sample: ["X-Token"],
      }),
      scheme: pattern(/^[A-Za-z0-9!#$%&'*+.^_`|~-]*$/, "a scheme")
        .optional()
        .meta({
          description: "What stands before the token; nothing, where only a name is written.",
          default: "Bearer",
        }),
    })
    .optional()
    .meta({ description: "Where the upstream finds the token.", sample: [{ name: "X-Token" }] }),
  audience: z
    .union([text().transform((one) => [one]), z.array(text()).min(1)])
    .optional()
    .meta({
      description: "The token's aud: without it, one upstream could use the token at another.",
      sample: ["https://upstream.example"],
    }),
});

export const headerConfig = z.strictObject({
  headers: z
    .record(headerName, template)
    .optional()
    .meta({
      description: "Templates by header name. Required.",
      sample: [{ "X-User": "{{ .Subject.ID }}" }],
    }),
});

export const wwwAuthenticateConfig = z.strictObject({
  realm: pattern(/^[\x20-\x7e]*$/, "printable ASCII")
    .optional()
    .meta({ description: "The realm of the challenge.", sample: ["api"] }),
});

const id = identifier.meta({
  description: "The name by which steps refer to it.",
  sample: ["internal_token"],
});

export const finalizer = z.discriminatedUnion("type", [
  z
    .strictObject({ id, type: z.literal("jwt"), config: jwtFinalizerConfig })
    .meta({ description: "A short-lived internal token for the upstream." }),
  z
    .strictObject({ id, type: z.literal("header"), config: headerConfig })
    .meta({ description: "Headers for the upstream." }),
  z
    .strictObject({ id, type: z.literal("noop"), config: noConfig.optional() })
    .meta({ description: "Nothing; keeps the default rule's finalizers away." }),
]);

export const errorHandler = z.discriminatedUnion("type", [
  z
    .strictObject({ id, type: z.literal("default"), config: noConfig.optional() })
    .meta({ description: "The refusal as the authenticator says." }),
  z
    .strictObject({
      id,
      type: z.literal("www_authenticate"),
      config: wwwAuthenticateConfig.optional(),
    })
    .meta({ description: "A challenge with a realm of its own." }),
]);
