import { z } from "zod";
import { anonymousConfig, jwtConfig, noConfig } from "./authenticators.ts";
import { basicAuthConfig } from "./basic-auth.ts";
import { identityConfig } from "./identity.ts";
import { introspectionConfig } from "./introspection-authenticator.ts";
import { mechanism } from "./words.ts";

export const authenticator = z.discriminatedUnion("type", [
  mechanism("unauthorized", "Refuses every request.", noConfig.optional()),
  mechanism(
    "anonymous",
    "Lets every request pass, as nobody in particular.",
    anonymousConfig.optional(),
  ),
  mechanism("jwt", "A JWT access token, bound to the client's key by DPoP.", jwtConfig),
  mechanism(
    "oauth2_introspection",
    "An access token of any form, of which its issuer is asked (RFC 7662).",
    introspectionConfig,
  ),
  mechanism(
    "generic",
    "A session, or a token of any kind, about which an endpoint is asked.",
    identityConfig,
  ),
  mechanism("basic_auth", "A user and a password (RFC 7617).", basicAuthConfig),
]);
