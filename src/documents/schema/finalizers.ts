import { z } from "zod";
import { noConfig } from "./authenticators.ts";
import { secretReference } from "./secrets.ts";
import { duration, headerName, mechanism, pattern, text } from "./words.ts";

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

const tokenHeader = z
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
  .meta({ description: "Where the upstream finds the token.", sample: [{ name: "X-Token" }] });

export const jwtFinalizerConfig = z.strictObject({
  signer: signer
    .optional()
    .meta({ description: "The key that signs, and the name it signs under. Required." }),
  ttl: duration()
    .prefault("5m")
    .meta({ description: "How long the token is valid.", sample: ["1m"] }),
  claims: template.optional().meta({
    description:
      "A template whose output is a JSON object: claims beside iss, sub, iat, nbf, exp and jti, which are ours, and aud unless audience is left out.",
    sample: ['{"url": {{ quote .Request.URL.String }}}'],
  }),
  values: z
    .record(z.string(), template)
    .default({})
    .meta({
      description: "Templates by name; .Values in claims.",
      sample: [{ tenant: "{{ .Subject.Attributes.tenant }}" }],
    }),
  header: tokenHeader,
  shape: z
    .enum(["jwt", "transaction_token"])
    .default("jwt")
    .meta({
      description:
        "transaction_token: typ txntoken+jwt, in the header Txn-Token unless header says otherwise; claims are its tctx, audience is the trust domain.",
      sample: ["transaction_token"],
    }),
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

export const cookieConfig = z.strictObject({
  cookies: z
    .record(headerName, template)
    .optional()
    .meta({
      description:
        "Templates by cookie name, beside the client's own cookies of other names. Required.",
      sample: [{ user: "{{ .Subject.ID | urlenc }}" }],
    }),
});

export const wwwAuthenticateConfig = z.strictObject({
  realm: pattern(/^[\x20-\x7e]*$/, "printable ASCII")
    .optional()
    .meta({ description: "The realm of the challenge.", sample: ["api"] }),
});

export const clientCredentialsConfig = z.strictObject({
  token_url: pattern(/^https?:\/\/\S+$/, "a URL such as https://idp.example/token")
    .optional()
    .meta({
      description: "The authorization server's token endpoint. Required.",
      sample: ["https://idp.example/token"],
    }),
  credentials: secretReference.optional().meta({
    description: "An inline source's entry with client_id and client_secret.",
  }),
  client_id: text()
    .optional()
    .meta({ description: "The client, where the secret is one of its own.", sample: ["edge"] }),
  client_secret: secretReference.optional().meta({ description: "The client's secret." }),
  auth_method: z
    .enum(["basic_auth", "request_body"])
    .default("basic_auth")
    .meta({ description: "How the client says who it is (RFC 6749 section 2.3.1)." }),
  scopes: z
    .array(text())
    .default([])
    .meta({ description: "What the token is for.", sample: [["orders.read"]] }),
  cache_ttl: duration()
    .optional()
    .meta({
      description:
        "For how long the token is used at most; without it as long as the answer's expires_in says.",
      sample: ["5m"],
    }),
  timeout: duration().prefault("5s").meta({ description: "The wait for the whole answer." }),
  insecure: z.boolean().default(false).meta({
    description: "Allow plain http beyond loopback. Whoever is on the way then has the secret.",
  }),
  header: tokenHeader,
});

export const finalizer = z.discriminatedUnion("type", [
  mechanism("jwt", "A short-lived internal token for the upstream.", jwtFinalizerConfig),
  mechanism("header", "Headers for the upstream.", headerConfig),
  mechanism("cookie", "Cookies for the upstream.", cookieConfig),
  mechanism(
    "oauth2_client_credentials",
    "A token of the edge's own for the upstream.",
    clientCredentialsConfig,
  ),
  mechanism("noop", "Nothing; keeps the default rule's finalizers away.", noConfig.optional()),
]);

export const redirectConfig = z.strictObject({
  to: pattern(/^https:\/\/[\s\S]+$|^http:\/\/[\s\S]+$/, "a URL")
    .optional()
    .meta({
      description: "Where to; what follows scheme and host may be a template. Required.",
      sample: ["https://login.example/?return_to={{ .Request.URL | urlenc }}"],
    }),
  code: z
    .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
    .default(302)
    .meta({ description: "The status.", sample: [303] }),
});

export const genericErrorConfig = z.strictObject({
  code: z
    .int()
    .min(200)
    .max(599)
    .optional()
    .meta({ description: "The status. Required.", sample: [403] }),
  headers: z
    .array(z.record(headerName, template))
    .default([])
    .meta({
      description: "A list of headers, one each; their values are templates.",
      sample: [[{ "Content-Type": "application/json" }]],
    }),
  body: template.optional().meta({
    description: "A template. Where it is JSON, values are escaped by themselves.",
    sample: ['{"error": "not here"}'],
  }),
  values: z
    .record(z.string(), z.union([template, z.number(), z.boolean()]).transform(String))
    .default({})
    .meta({
      description: "Templates by name; .Values in body and headers.",
      sample: [{ message: "no" }],
    }),
});

export const errorHandler = z.discriminatedUnion("type", [
  mechanism("default", "The refusal as the authenticator says.", noConfig.optional()),
  mechanism(
    "www_authenticate",
    "A challenge with a realm of its own.",
    wwwAuthenticateConfig.optional(),
  ),
  mechanism("redirect", "To another page, where no credentials were sent.", redirectConfig),
  mechanism("generic", "An answer of the document's own.", genericErrorConfig),
]);
