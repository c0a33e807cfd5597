import { extended } from "../cel/extensions/extensions.ts";
import { celOf } from "./cel.ts";

/** In place of `cel`, where an expression calls a function of CEL's extensions. */
export const celExtensions = celOf(extended);
