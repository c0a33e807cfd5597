import { isJsonObject, type JsonValue } from "../../jws/json.ts";
import { DpopError, type DpopErrorCode } from "../failure.ts";
import type { Fetch } from "../request.ts";
import { answerOf } from "./answer.ts";
import type { IssuerMetadata } from "./metadata.ts";
import type { ClientIdentity, Grant } from "./token-store.ts";

/** RFC 6749 sections 4 to 6 and RFC 9449 section 5; `send` makes the proof and answers the nonce. */
export async function askForToken(
  send: Fetch,
  issuer: IssuerMetadata,
  client: ClientIdentity,
  parameters: Readonly<Record<string, string>>,
  now: number,
): Promise<Omit<Grant, "resource">> {
  const init = tokenRequest(issuer, client, parameters);
  const { ok, status, value } = await answerOf(issuer.tokenEndpoint, (signal) =>
    send(issuer.tokenEndpoint, { ...init, signal }),
  );
  const { access_token, token_type, expires_in, refresh_token, scope, error } = isJsonObject(value)
    ? value
    : {};
  if (!ok || typeof access_token !== "string" || typeof token_type !== "string") {
    const said = typeof error === "string" ? ` ${error.slice(0, 100)}` : "";
    throw new DpopError(codeOf(status, error), `The token endpoint answered ${status}${said}.`);
  }
  const lifetime = Number(expires_in);
  const issued_at = Math.floor(now / 1000);
  return {
    issuer: issuer.issuer,
    access_token,
    token_type,
    ...(lifetime > 0 ? { issued_at, expires_at: issued_at + lifetime } : {}),
    ...(typeof refresh_token === "string" ? { refresh_token } : {}),
    ...(typeof scope === "string" ? { scope } : {}),
  };
}

/** RFC 6749 section 2.3.1: the client says who it is as Basic, or in the form where that is not taken. */
export function tokenRequest(
  { authMethods }: Pick<IssuerMetadata, "authMethods">,
  { id, secret }: ClientIdentity,
  parameters: Readonly<Record<string, string>>,
) {
  const form = new URLSearchParams(parameters);
  const headers: Record<string, string> = {
    Accept: "application/json",
    "Content-Type": "application/x-www-form-urlencoded",
  };
  const inForm = authMethods.length > 0 && !authMethods.includes("client_secret_basic");
  if (secret !== undefined && !inForm) {
    headers.Authorization = `Basic ${btoa(`${encoded(id)}:${encoded(secret)}`)}`;
  } else {
    form.set("client_id", id);
    if (secret !== undefined) form.set("client_secret", secret);
  }
  // A redirect would take code, verifier and secret to wherever it leads.
  return { method: "POST", headers, body: form.toString(), redirect: "manual" } as const;
}

/** RFC 6749 section 5.2: `invalid_grant` alone says that another login would help. */
function codeOf(status: number, error: JsonValue | undefined): DpopErrorCode {
  if (status >= 500) return "oauth.unavailable";
  return error === "invalid_grant" ? "oauth.grant" : "oauth.refused";
}

function encoded(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}
