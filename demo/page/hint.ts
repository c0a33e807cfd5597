import { decodeJwt } from "jose";
import { clock } from "./value.ts";

/** What to do next, by the access token that is there. */
export function hint(access: string | undefined): string {
  if (access === undefined) return "Log in, then call the API: every request appears as it goes.";
  const { sub, exp = 0 } = decodeJwt(access);
  if (isExpired(access)) return `The access token expired at ${clock(exp * 1000)}: log in again.`;
  return `Still logged in as ${sub}, with the same key and token. Call the API, or launch an attack.`;
}

export function isExpired(access: string): boolean {
  return (decodeJwt(access).exp ?? 0) * 1000 <= Date.now();
}
