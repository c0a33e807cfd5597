import { z } from "zod";
import { duration, headerName, pattern } from "./words.ts";

const corsOrigin = pattern(
  /^(\*|https?:\/\/(\*\.)?[^\s/?#@*]+)$/,
  'an origin such as https://app.example.com or https://*.example.com, or "*"',
);
const method = pattern(/^(\*|[A-Z][A-Z-]*)$/, "a method in upper case");

const members = {
  allowed_origins: z
    .array(corsOrigin)
    .min(1)
    .prefault(["*"])
    .meta({
      description: "Origins whose pages may call: exact, a wildcard for subdomains, or * for any.",
      sample: [["https://app.example.com"]],
    }),
  allowed_methods: z
    .array(method)
    .min(1)
    .prefault(["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH"])
    .meta({
      description: "Methods that a preflight allows.",
      sample: [["GET", "POST"]],
    }),
  allowed_headers: z
    .array(headerName)
    .prefault(["Authorization", "DPoP", "Content-Type"])
    .meta({
      description:
        "Request headers that a preflight allows; a client needs Authorization and DPoP.",
      sample: [["Authorization", "DPoP", "Content-Type"]],
    }),
  exposed_headers: z
    .array(headerName)
    .default([])
    .meta({
      description:
        "Response headers that pages may read; DPoP-Nonce, WWW-Authenticate and X-Request-Id always are.",
      sample: [["X-Total-Count"]],
    }),
  allow_credentials: z.boolean().default(false).meta({
    description: "Whether cookies may be sent along; access tokens need it not.",
  }),
  max_age: duration()
    .optional()
    .meta({ description: "How long a browser may keep a preflight's answer.", sample: ["10m"] }),
};

export const cors = z.strictObject(members).meta({
  id: "cors",
  sample: [{ allowed_origins: ["https://app.example.com"] }],
  description:
    "Browsers on other origins. Preflights are answered here, and the upstream's own CORS headers are dropped.",
});
