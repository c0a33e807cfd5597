import { Option } from "commander";

/** Options that several commands take, with what their help says of them. */

export const config = [
  "--config <dir>",
  "the folder with the documents (default: DPOP_EDGE_CONFIG, or config)",
] as const;

export const target = (description: string): Option =>
  new Option("--target <target>", description).choices(["cloudflare", "aws", "node"]);

export const key = ["--key <file>", "the client's key: JWK or PEM"] as const;

export const token = [
  "--token <token>",
  "the access token; @FILE reads it from a file, @- from stdin",
] as const;

export const clientSecret = [
  "--client-secret <secret>",
  "@FILE reads it from a file, @- from stdin",
] as const;

export const resource = ["--resource <url>", "what the token is for (RFC 8707)"] as const;
