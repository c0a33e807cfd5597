import { z } from "zod";
import {
  errorSignaling,
  fallback,
  subjectPaths,
  tokenAssertions,
  tokenSource,
} from "./authenticators.ts";
import { endpoint, formEndpoint, metadataEndpoint } from "./endpoint.ts";
import { duration, text } from "./words.ts";

const signedAnswer = z.strictObject({
  audience: z
    .union([text(), z.array(text()).min(1)])
    .optional()
    .meta({
      description:
        "Whom an answer must be meant for: our client_id at the issuer. Without it, the one that we authenticate with.",
      sample: ["edge"],
    }),
  jwks_endpoint: endpoint.optional().meta({
    description:
      "The issuer's keys. Required with introspection_endpoint; metadata lead to them by themselves.",
    sample: ["https://idp.example/certs"],
  }),
});

export const introspectionConfig = z.strictObject({
  introspection_endpoint: formEndpoint.optional().meta({
    description:
      "Where the issuer is asked: a URL, or a mapping. This or metadata_endpoint is required.",
    sample: ["https://idp.example/introspect"],
  }),
  metadata_endpoint: metadataEndpoint.optional().meta({
    description:
      "The issuer's metadata (RFC 8414 or OpenID discovery), which lead to the introspection endpoint; credentials for it stand under resolved_endpoints.introspection_endpoint.",
    sample: ["https://idp.example/.well-known/openid-configuration"],
  }),
  signed_answer: signedAnswer.optional().meta({
    description: "Demand answers that the issuer signed for us (RFC 9701), and take no other.",
    sample: [{ audience: "edge" }],
  }),
  assertions: z
    .strictObject(tokenAssertions)
    .prefault({})
    .meta({ description: "What the answer and the proof must say." }),
  error_signaling: errorSignaling
    .prefault({})
    .meta({ description: "What a refusal says in WWW-Authenticate." }),
  principal: subjectPaths.optional().meta({
    description: "Where the caller's id and attributes are found in the answer.",
    sample: [{ id: "sub", attributes: "@this" }],
  }),
  subject: subjectPaths.optional().meta({ description: "The older name of principal." }),
  cache_ttl: duration().prefault("1m").meta({
    description:
      "How long a positive answer is used again, at most 24h, and never beyond the token's exp: for so long a revoked token passes. 0s asks for every request. A refusal is remembered for 5s.",
  }),
  token_source: tokenSource,
  allow_fallback_on_error: fallback,
});
