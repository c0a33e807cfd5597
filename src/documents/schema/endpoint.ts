import { z } from "zod";
import { requestSignature } from "./request-signature.ts";
import { secretReference } from "./secrets.ts";
import { duration, headerName, ignored, pattern, text } from "./words.ts";

const endpointUrl = pattern(
  /^https?:\/\/(?:\{\{.*?\}\}|\S)+$/s,
  "a URL such as https://idp.example/certs",
);

const clientId = text()
  .optional()
  .meta({ description: "Our client_id at the issuer.", sample: ["edge"] });

/** RFC 6749 section 2.3.1: one row a method. */
const clientSecret = <const T extends string>(type: T, description: string) =>
  z.strictObject({
    type: z.literal(type).meta({ description }),
    config: z
      .strictObject({
        credentials: secretReference.optional().meta({
          description: "A source's entry with client_id and client_secret.",
          sample: [{ source: "issuer", selector: "edge" }],
        }),
        client_id: clientId,
        client_secret: secretReference.optional().meta({ description: "The client's secret." }),
      })
      .meta({ description: "The client, and its secret." }),
  });

/** For an introspection endpoint only: what an authorization server knows its clients by. */
const clientAuths = [
  clientSecret(
    "client_secret_basic",
    "For introspection: client_id and secret by the Authorization header, form-encoded (RFC 6749).",
  ),
  clientSecret("client_secret_post", "For introspection: client_id and secret in the form."),
  z.strictObject({
    type: z.literal("private_key_jwt").meta({
      description: "For introspection: an assertion that our key signs (RFC 7523).",
    }),
    config: z
      .strictObject({
        client_id: text().meta({ description: "Our client_id at the issuer.", sample: ["edge"] }),
        key: secretReference.meta({
          description: "The private key, of a source of type pem or jwks.",
          sample: [{ source: "client_keys" }],
        }),
        audience: text()
          .optional()
          .meta({
            description: "Whom the assertion is meant for; without it, the endpoint's URL.",
            sample: ["https://idp.example"],
          }),
      })
      .meta({ description: "The client, and its key." }),
  }),
] as const;

export const endpointAuth = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("basic_auth").meta({ description: "HTTP basic authentication." }),
      config: z
        .strictObject({
          credentials: secretReference.optional().meta({
            description: "A source's entry with user_id and password.",
          }),
          user_id: text()
            .optional()
            .meta({
              description: "The user, where the password is a secret of its own.",
              sample: ["edge"],
            }),
          password: secretReference.optional().meta({ description: "The password." }),
        })
        .meta({ description: "The user and the password." }),
    }),
    z.strictObject({
      type: z.literal("api_key").meta({ description: "A key in a header or query parameter." }),
      config: z
        .strictObject({
          in: z.enum(["header", "cookie", "query"]).meta({ description: "Where the key goes." }),
          name: headerName.meta({
            description: "The header's or parameter's name.",
            sample: ["X-API-Key"],
          }),
          secret: secretReference.meta({ description: "The key." }),
        })
        .meta({ description: "The key, and where it goes." }),
    }),
    ...clientAuths,
    z.strictObject({
      type: z.literal("oauth2_client_credentials").meta({
        description: "A token of the edge's own for the endpoint (RFC 6749 section 4.4).",
      }),
      config: z
        .strictObject({
          token_url: endpointUrl.meta({
            description: "Where the token is asked for.",
            sample: ["https://idp.example/token"],
          }),
          credentials: secretReference.optional().meta({
            description: "A source's entry with client_id and client_secret.",
            sample: [{ source: "issuer", selector: "edge" }],
          }),
          client_id: clientId,
          client_secret: secretReference.optional().meta({ description: "The client's secret." }),
          auth_method: z.enum(["basic_auth", "request_body"]).default("basic_auth").meta({
            description: "How the client says who it is.",
          }),
          scopes: z
            .array(text())
            .default([])
            .meta({ description: "The scopes to ask for.", sample: [["read"]] }),
          cache_ttl: duration()
            .optional()
            .meta({
              description:
                "How long the token is used again, and never beyond its end; without it, as long as it lasts.",
              sample: ["5m"],
            }),
          header: z
            .strictObject({
              name: headerName.optional().meta({
                description: "The header that carries the token.",
                sample: ["X-Token"],
              }),
              scheme: text()
                .optional()
                .meta({ description: "What stands before it.", sample: ["Bearer"] }),
            })
            .optional()
            .meta({
              description: "Where the token goes; without it, Authorization: Bearer.",
              sample: [{ name: "X-Token" }],
            }),
          insecure: z.boolean().default(false).meta({
            description:
              "Allow plain http beyond loopback, where the secret is then read on the way.",
          }),
        })
        .meta({ description: "Who asks for the token, and where." }),
    }),
    requestSignature,
  ])
  .meta({ description: "How the edge authenticates to the endpoint." });

const endpointMembers = {
  url: endpointUrl.optional().meta({
    description: "https, except for loopback and *.localhost, or where insecure says so. Required.",
    sample: ["https://idp.example/certs"],
  }),
  headers: z
    .record(headerName, z.string())
    .default({})
    .meta({
      description: "Headers to send along.",
      sample: [{ "X-Tenant": "one" }],
    }),
  auth: endpointAuth.optional(),
  timeout: duration().prefault("5s").meta({ description: "The wait for the whole answer." }),
  insecure: z.boolean().default(false).meta({
    description:
      "Allow plain http beyond loopback. Whoever is on the way can then replace the keys.",
  }),
  method: z.literal("GET").optional().meta({ description: "Always GET." }),
  retry: ignored(
    "keys that are in use are kept while the endpoint is down, and asked for again later",
  ),
  http_cache: ignored("cache_ttl says how long keys are kept"),
};

const endpointObject = z.strictObject(endpointMembers);

const formObject = z.strictObject({
  ...endpointMembers,
  method: z.literal("POST").optional().meta({ description: "Always POST." }),
});

const askedObject = z.strictObject({
  ...endpointMembers,
  method: z
    .enum(["GET", "POST", "PUT", "PATCH", "DELETE"])
    .default("POST")
    .meta({ description: "How it is asked.", sample: ["GET"] }),
});

const metadataObject = z.strictObject({
  ...endpointMembers,
  disable_issuer_identifier_verification: z.boolean().default(false).meta({
    description:
      "Skip RFC 8414 section 3.3: accept metadata whose issuer is another than the one asked for.",
  }),
  resolved_endpoints: z
    .record(
      z.string(),
      z.strictObject({
        auth: endpointAuth.optional(),
        retry: endpointMembers.retry,
        http_cache: endpointMembers.http_cache,
      }),
    )
    .optional()
    .meta({
      description: "Settings for endpoints that the metadata names.",
      sample: [{ jwks_uri: {} }],
    }),
});

export const endpoint = z.union([
  endpointUrl.transform((url) => endpointObject.parse({ url })),
  endpointObject,
]);
/** A form is posted to it. */
export const formEndpoint = z.union([
  endpointUrl.transform((url) => formObject.parse({ url })),
  formObject,
]);
/** Asked as the document says. */
export const askedEndpoint = z.union([
  endpointUrl.transform((url) => askedObject.parse({ url })),
  askedObject,
]);
export const metadataEndpoint = z.union([
  endpointUrl.transform((url) => metadataObject.parse({ url })),
  metadataObject,
]);
