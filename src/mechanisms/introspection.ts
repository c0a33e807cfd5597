import { createIntrospection } from "../introspection/introspect.ts";
import type { IntrospectionCode, Kit } from "../mechanisms.ts";

/** The authenticator `oauth2_introspection`. */
export const introspection: (kit: Kit) => IntrospectionCode = createIntrospection;
