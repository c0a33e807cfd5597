import type { MechanismName } from "../configuration.ts";
import type { Mechanisms } from "../mechanisms.ts";
import { basicAuth } from "./basic-auth.ts";
import { cookie } from "./cookie.ts";
import { identity } from "./identity.ts";
import { introspection } from "./introspection.ts";
import { map } from "./map.ts";

/** Every mechanism there is, for who compiles documents at run time. */
export const allMechanisms = {
  basicAuth,
  cookie,
  identity,
  introspection,
  map,
} satisfies Required<Mechanisms> & Record<MechanismName, unknown>;
