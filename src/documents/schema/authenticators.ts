import { z } from "zod";
import { ClaimPathError, parseClaimPath } from "../../claim-path/parse.ts";
import { algorithms } from "../../jws/algorithms.ts";
import { endpoint, metadataEndpoint } from "./endpoint.ts";
import { dpop } from "./proof-of-possession.ts";
import { secretReference } from "./secrets.ts";
import { duration, ignored, pattern, text } from "./words.ts";

/** RFC 8725 section 3.1; RFC 9449 section 4.3, check 5. */
function algorithmError({ input }: { input?: unknown }): string | undefined {
  if (typeof input !== "string" || !/^(none|HS\d*)$/i.test(input)) return undefined;
  return "never: a token or proof must be signed with a private key";
}

export const claimPath = text().superRefine((path, context) => {
  try {
    parseClaimPath(path);
  } catch (error) {
    if (!(error instanceof ClaimPathError)) throw error;
    const message = `not a path into the claims: ${error.message}`;
    context.addIssue({ code: "custom", message });
  }
});

const scopes = z
  .union([
    z
      .array(text())
      .min(1)
      .transform((values) => ({ matching_strategy: "exact" as const, values })),
    z.strictObject({
      matching_strategy: z.enum(["exact", "hierarchic", "wildcard"]).default("exact").meta({
        description: "exact; hierarchic: `a` covers `a.b`; wildcard: `a.*`.",
      }),
      values: z
        .array(text())
        .min(1)
        .optional()
        .meta({ description: "The scopes that are all needed.", sample: [["orders:read"]] }),
    }),
  ])
  .meta({
    description: "Scopes that the token must have, all of them; from its scope or scp claim.",
    sample: [["orders:read"]],
  });

export const printable = pattern(/^[\x20-\x7e]*$/, "printable ASCII");

export const errorSignaling = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .meta({
      description:
        "Say in WWW-Authenticate what was wrong. A nonce challenge is complete in any case: without it no client can go on.",
      sample: [true],
    }),
  realm: printable.optional().meta({ description: "The realm of the challenge.", sample: ["api"] }),
  error_uri: pattern(/^[\x21-\x7e]+$/, "a URL")
    .optional()
    .meta({
      description:
        "A page about the errors, with an anchor for each code as docs/errors.md has them: every refusal's body links to it as `more`.",
      sample: ["https://docs.example.com/errors"],
    }),
  include_error_description: z
    .boolean()
    .default(false)
    .meta({
      description: "Add error_description, a fixed sentence for each code.",
      sample: [true],
    }),
  include_dpop_algorithms: z
    .boolean()
    .default(false)
    .meta({ description: "Add algs, the algorithms that a proof may have.", sample: [true] }),
  include_required_scope: ignored("an insufficient_scope challenge always lists the scopes"),
});

export const subjectPaths = z.strictObject({
  id: claimPath.prefault("sub").meta({ description: "The claim that identifies the caller." }),
  attributes: z
    .union([claimPath, z.record(z.string(), claimPath)])
    .prefault("@this")
    .meta({
      description:
        "What templates see as .Subject.Attributes: a path, or a path for each attribute; @this is all claims.",
      sample: [{ email: "email", tenant: "[tenant,org.id].0" }],
    }),
});

/** What every access token is held to. */
export const tokenAssertions = {
  issuers: z
    .array(text())
    .min(1)
    .optional()
    .meta({
      description:
        "Accepted iss, compared exactly. A jwt authenticator with jwks_endpoint requires it; of one that introspects, an answer must then name one of them.",
      sample: [["https://idp.example"]],
    }),
  audience: z
    .array(text())
    .min(1)
    .optional()
    .meta({
      description:
        "One of them must be in aud. Without it, tokens meant for other APIs of the issuer pass.",
      sample: [["https://api.example.com"]],
    }),
  scopes: scopes.optional(),
  allowed_algorithms: z
    .array(
      z.enum(
        algorithms.map((row) => row.alg),
        { error: algorithmError },
      ),
    )
    .min(1)
    .prefault(["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA", "Ed25519"])
    .meta({
      description: "Of access tokens and of proofs; never none, never HS*.",
      sample: [["RS256", "ES256"]],
    }),
  validity_leeway: duration().prefault("10s").meta({
    description:
      "How far clocks may differ, at most 5m: for exp, nbf and iat of the token and of the proof.",
  }),
  proof_of_possession: dpop.optional().meta({
    description:
      "With this block only proven tokens pass. Without it a bound token must be proven, and an unbound one is a Bearer token.",
    sample: [{ type: "dpop", config: { nonce_required: true } }],
  }),
};

export const tokenSource = z
  .array(
    z.strictObject({
      header: text()
        .optional()
        .meta({ description: "Authorization.", sample: ["Authorization"] }),
      scheme: text()
        .optional()
        .meta({ description: "DPoP or Bearer; both are read.", sample: ["Bearer"] }),
      query_parameter: text()
        .optional()
        .meta({ description: "Refused: a URL is logged on its way." }),
      body_parameter: text()
        .optional()
        .meta({ description: "Refused: the upstream gets the body, and with it the token." }),
      cookie: text()
        .optional()
        .meta({ description: "Refused: browsers send cookies by themselves." }),
    }),
  )
  .optional()
  .meta({
    description: "Where the token is: the Authorization header, and nowhere else.",
    sample: [[{ header: "Authorization", scheme: "Bearer" }]],
  });

export const fallback = ignored(
  "the next authenticator is asked where the credentials are not of this one's kind or issuer, never after a check has failed",
);

export const jwtConfig = z.strictObject({
  jwks_endpoint: endpoint.optional().meta({
    description: "The issuer's keys: a URL, or a mapping. This or metadata_endpoint is required.",
    sample: ["https://idp.example/certs"],
  }),
  metadata_endpoint: metadataEndpoint.optional().meta({
    description:
      "The issuer's metadata (RFC 8414 or OpenID discovery), which leads to its keys and names its issuer.",
    sample: ["https://idp.example/.well-known/openid-configuration"],
  }),
  assertions: z
    .strictObject({
      ...tokenAssertions,
      token_types: z
        .array(text())
        .min(1)
        .prefault(["at+jwt", "application/at+jwt", "JWT", "absent"])
        .meta({
          description: "Accepted typ of the access token; `absent` accepts one without.",
          sample: [["at+jwt"]],
        }),
    })
    .prefault({})
    .meta({ description: "What the token and the proof must say." }),
  error_signaling: errorSignaling
    .prefault({})
    .meta({ description: "What a refusal says in WWW-Authenticate." }),
  principal: subjectPaths.optional().meta({
    description: "Where the caller's id and attributes are found.",
    sample: [{ id: "sub", attributes: "@this" }],
  }),
  subject: subjectPaths.optional().meta({ description: "The older name of principal." }),
  cache_ttl: duration()
    .prefault("10m")
    .meta({ description: "How long a key of the issuer is used before it is fetched anew." }),
  jwt_source: tokenSource,
  allow_fallback_on_error: fallback,
  validate_jwk: z
    .boolean()
    .optional()
    .meta({
      description:
        "Whether the certificates (x5c) of the issuer's keys are judged: true with trust_anchors, false without.",
      sample: [true],
    }),
  trust_anchors: secretReference.optional().meta({
    description:
      "The certificates that the issuer's keys must lead to: a pem source that holds nothing else.",
    sample: [{ source: "idp_ca" }],
  }),
});

export const anonymousConfig = z.strictObject({
  principal: text()
    .optional()
    .meta({ description: "The caller's id.", default: "anonymous", sample: ["guest"] }),
  subject: text().optional().meta({ description: "The older name of principal." }),
});

export const noConfig = z.strictObject({});
