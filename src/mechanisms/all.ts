import type { MechanismName } from "../configuration.ts";
import type { Mechanisms } from "../mechanisms.ts";
import { cel } from "./cel.ts";
import { cookie } from "./cookie.ts";
import { map } from "./map.ts";

/** Every mechanism there is, for who compiles documents at run time. */
export const allMechanisms = { cel, cookie, map } satisfies Required<Mechanisms> &
  Record<MechanismName, unknown>;
