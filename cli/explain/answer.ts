import type { Answered } from "./sent-request.ts";

/** RFC 9449 sections 8 and 9: the token endpoint says it with 400, a protected resource with 401. */
export function isNonceChallenge({ status, headers }: Answered): boolean {
  if (status !== 400 && status !== 401) return false;
  const said = errorOf(headers);
  return (
    said === "use_dpop_nonce" || (said === undefined && headers.has("DPoP-Nonce") && status === 400)
  );
}

/** The `error` of a challenge. */
export function errorOf(headers: Headers): string | undefined {
  const challenge = headers.get("WWW-Authenticate") ?? "";
  return /\berror="?([a-z_]+)"?/i.exec(challenge)?.[1];
}

/** When the server answered, by its own clock, in milliseconds. */
export function dateOf({ headers }: Answered): number | undefined {
  const date = Date.parse(headers.get("Date") ?? "");
  return Number.isNaN(date) ? undefined : date;
}
