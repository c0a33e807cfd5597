import { z } from "zod";
import { fieldName } from "../../fields.ts";
import { claimPath, fallback, subjectPaths } from "./authenticators.ts";
import { askedEndpoint } from "./endpoint.ts";
import { duration, headerName, pattern, text } from "./words.ts";

const cookieName = pattern(fieldName, "a cookie's name");

const source = z.union([
  z.strictObject({
    header: headerName.meta({ description: "A header.", sample: ["Authorization"] }),
    scheme: text()
      .optional()
      .meta({
        description:
          "What the value must begin with. Of Authorization with Bearer or DPoP both are read, and a bound token must be proven.",
        sample: ["Bearer"],
      }),
  }),
  z.strictObject({
    cookie: cookieName.meta({ description: "A cookie.", sample: ["session"] }),
  }),
  z.strictObject({
    query_parameter: text().meta({ description: "A parameter of the query.", sample: ["token"] }),
  }),
  z.strictObject({
    body_parameter: text().meta({ description: "Refused: it is read before the body is." }),
  }),
]);

const path = (description: string, sample: string) =>
  claimPath.optional().meta({ description, sample: [sample] });

const sessionLifespan = z.strictObject({
  active: path("Whether the session is: it must be there, and true.", "active"),
  issued_at: path("When it began.", "iat"),
  not_before: path("Before when it is not valid.", "nbf"),
  not_after: path(
    "When it ends; an answer is not used for longer, whatever cache_ttl says.",
    "exp",
  ),
  time_format: text()
    .optional()
    .meta({
      description: "How times are written, as a layout of Go. Without it: seconds since 1970.",
      sample: ["2006-01-02T15:04:05.999999Z07"],
    }),
  validity_leeway: duration().prefault("10s").meta({
    description: "How far clocks may differ, at most 5m.",
  }),
});

export const identityConfig = z.strictObject({
  identity_info_endpoint: askedEndpoint.optional().meta({
    description:
      "Who is asked: a URL, or a mapping; its url (beyond the host) and headers may be templates that see .AuthenticationData. 401 and 403 say no; any other status but 2xx is no answer. Required.",
    sample: ["https://idp.example/sessions/whoami"],
  }),
  authentication_data_source: z
    .array(source)
    .min(1)
    .optional()
    .meta({
      description:
        "Where the credential is; the first that is there counts. Without any of them the next authenticator is asked. Required.",
      sample: [[{ cookie: "session" }]],
    }),
  forward_headers: z
    .array(headerName)
    .default([])
    .meta({
      description: "Headers of the request that go along to the endpoint as they are.",
      sample: [["X-Tenant"]],
    }),
  forward_cookies: z
    .array(cookieName)
    .default([])
    .meta({
      description: "Cookies of the request that go along to the endpoint.",
      sample: [["session"]],
    }),
  payload: text()
    .optional()
    .meta({
      description: "The body that is sent, a template that sees .AuthenticationData.",
      sample: ["token={{ urlenc .AuthenticationData }}"],
    }),
  principal: subjectPaths.optional().meta({
    description: "Where the caller's id and attributes are found in the answer. Required.",
    sample: [{ id: "identity.id" }],
  }),
  subject: subjectPaths.optional().meta({ description: "The older name of principal." }),
  session_lifespan: sessionLifespan.optional().meta({
    description: "Where the answer says whether, and until when, the session may be used.",
    sample: [{ active: "active", not_after: "exp" }],
  }),
  cache_ttl: duration().prefault("0s").meta({
    description:
      "How long a positive answer is used again, at most 24h. A refusal is never remembered.",
  }),
  allow_fallback_on_error: fallback,
});
