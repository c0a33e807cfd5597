import { z } from "zod";
import { pattern, text } from "./words.ts";

const url = pattern(/^https?:\/\/[^\s/?#@]+[^\s?#]*$/, "a URL without query and fragment");

export const protectedResource = z
  .strictObject({
    resource: pattern(
      /^(https?:\/\/[^\s/?#@]+)?(\/[^\s?#]*)?$/,
      "the URL that clients get tokens for, or its path",
    )
      .optional()
      .meta({
        description:
          "What clients get tokens for: this URL and all below it. Without it, in a rule the literal beginning of its first path, in serve the whole origin.",
        sample: ["https://api.example.com/mcp"],
      }),
    authorization_servers: z
      .array(url)
      .min(1)
      .optional()
      .meta({
        description:
          "The issuers that give such tokens. Without it, those of the authenticators of the rules there.",
        sample: [["https://idp.example"]],
      }),
    scopes_supported: z
      .array(pattern(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "a scope"))
      .optional()
      .meta({
        description:
          "Scopes that a client may ask for. Without it, those that the rules there need.",
        sample: [["mcp:read", "mcp:write"]],
      }),
    resource_name: text()
      .optional()
      .meta({ description: "What people are shown.", sample: ["Orders"] }),
    resource_documentation: url
      .optional()
      .meta({ description: "A page for developers.", sample: ["https://example.com/docs"] }),
    jwks_uri: url.optional().meta({
      description: "The resource's own public keys, where it signs or decrypts for clients.",
      sample: ["https://api.example.com/.well-known/keys"],
    }),
  })
  .meta({
    id: "protected_resource",
    sample: [{}],
    description:
      "RFC 9728: metadata by which clients find the issuer, and its URL in every challenge. Tokens whose audience no authenticator names must be meant for the resource.",
  });
