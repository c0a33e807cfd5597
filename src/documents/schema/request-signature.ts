import { z } from "zod";
import { secretReference } from "./secrets.ts";
import { duration, pattern } from "./words.ts";

/** RFC 8941 section 3.3.3: what a quoted text of a header may hold. */
const signatureText = pattern(/^[\x20-\x7e]+$/, "printable ASCII");

/** RFC 9421 sections 2.1 and 2.2, without parameters. */
const component = pattern(
  /^(?:@(?:method|target-uri|authority|scheme|request-target|path|query)|[!#$%&'*+.^_`|~0-9a-z-]+)$/i,
  "@method, @target-uri, @authority, @scheme, @request-target, @path, @query or a header's name",
).transform((name) => name.toLowerCase());

/** The endpoint auth `http_message_signatures`. */
export const requestSignature = z.strictObject({
  type: z.literal("http_message_signatures").meta({
    description: "Requests to the endpoint are signed (RFC 9421).",
  }),
  config: z
    .strictObject({
      signer: z
        .strictObject({
          name: signatureText.default("heimdall").meta({
            description: "The signature's tag.",
            sample: ["edge"],
          }),
          secret: secretReference.meta({
            description: "The key that signs: of a source of type jwks or pem.",
          }),
        })
        .meta({ description: "The key that signs, and the tag of what it signs." }),
      components: z
        .array(component)
        .min(1)
        .meta({
          description:
            "What is signed: @method, @target-uri, @authority, @scheme, @request-target, @path, @query, and names of headers. With content-digest the body's digest is sent, and signed.",
          sample: [["@method", "@target-uri", "content-digest"]],
        }),
      label: pattern(/^[a-z*][a-z0-9_.*-]*$/, "a label of lower case letters and digits")
        .default("sig")
        .meta({ description: "The signature's label." }),
      ttl: duration().prefault("1m").meta({ description: "How long the signature is valid." }),
    })
    .meta({ description: "What is signed, and by which key." }),
});
