import { z } from "zod";
import { secretReference } from "./secrets.ts";
import {
  duration,
  headerName,
  ignored,
  pattern,
  text,
  unsupported,
  unsupportedType,
} from "./words.ts";

const endpointUrl = pattern(/^https?:\/\/[^\s]+$/, "a URL such as https://idp.example/certs");

export const endpointAuth = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("basic_auth").meta({ description: "HTTP basic authentication." }),
      config: z
        .strictObject({
          credentials: secretReference.optional().meta({
            description: "An inline source's entry with user_id and password.",
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
          in: z.enum(["header", "query"]).meta({ description: "Where the key goes." }),
          name: headerName.meta({
            description: "The header's or parameter's name.",
            sample: ["X-API-Key"],
          }),
          secret: secretReference.meta({ description: "The key." }),
        })
        .meta({ description: "The key, and where it goes." }),
    }),
    unsupportedType("oauth2_client_credentials", "a token of its own for the endpoint"),
    unsupportedType("http_message_signatures", "signed requests to the endpoint"),
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
        auth: unsupported("credentials for an endpoint that the metadata names"),
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
export const metadataEndpoint = z.union([
  endpointUrl.transform((url) => metadataObject.parse({ url })),
  metadataObject,
]);
