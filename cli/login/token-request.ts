import type { ClientIdentity, DpopClient } from "../../src/client/index.ts";
import { tokenRequest } from "../../src/client/oauth/token-endpoint.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../src/jws/json.ts";
import { isRecord } from "../../src/record.ts";
import { UnansweredError } from "../exit.ts";
import { boundTo } from "../given-files.ts";
import { answerOf, textOf } from "../network/answer.ts";
import type { AuthorizationServer } from "./server.ts";

/** What the token endpoint answered (RFC 6749 section 5.1), and when it ends. */
export interface Tokens {
  readonly access_token: string;
  readonly token_type: string;
  /** Seconds since the epoch. */
  readonly expires_at?: number;
  /** When it came, if it ends. */
  readonly issued_at?: number;
  readonly scope?: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
}

/** RFC 6749 section 5.2, invalid_grant: the code or the refresh token is no longer good. */
export class RefusedGrant extends UnansweredError {}

/**
 * RFC 9449 section 5: a token request with a proof; the client's fetch makes it, and answers the
 * issuer's nonce. @throws UnansweredError where there is no bound token at the end
 */
export async function requestTokens(
  client: DpopClient,
  server: AuthorizationServer,
  identity: ClientIdentity,
  grant: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Tokens> {
  const request = { ...tokenRequest(server, identity, grant), signal };
  const response = await answerOf(server.tokenEndpoint, () =>
    client.fetch(server.tokenEndpoint, request),
  );
  const answer = parseJson(await textOf(server.tokenEndpoint, response));
  const { status } = response;
  if (!response.ok || !isJsonObject(answer)) {
    const spent = status < 500 && isJsonObject(answer) && answer.error === "invalid_grant";
    throw new (spent ? RefusedGrant : UnansweredError)(said(status, answer));
  }
  const tokens = read(answer);
  const { thumbprint } = await client.key();
  checkBound(tokens, thumbprint);
  return tokens;
}

function said(status: number, answer: unknown): string {
  const words = (isRecord(answer) ? [answer.error, answer.error_description] : [])
    .filter((each) => typeof each === "string")
    .join(": ")
    .slice(0, 500);
  return `The token endpoint answered ${status}${words ? ` ${words}` : ""}.`;
}

function read(answer: JsonObject): Tokens {
  const { access_token, token_type, expires_in } = answer;
  if (typeof access_token !== "string" || typeof token_type !== "string") {
    throw new UnansweredError("The token endpoint answered without access_token or token_type.");
  }
  const rest = ["scope", "refresh_token", "id_token"].flatMap((name) => {
    const value = answer[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  const lifetime = Number(expires_in);
  const issued_at = Math.floor(Date.now() / 1000);
  return {
    access_token,
    token_type,
    ...(expires_in !== undefined && lifetime > 0
      ? { issued_at, expires_at: issued_at + lifetime }
      : {}),
    ...Object.fromEntries(rest),
  };
}

/** RFC 9449 sections 5 and 6.1: a token that is bound to no key, or to another, is no use later. */
function checkBound({ access_token, token_type }: Tokens, thumbprint: string): void {
  if (token_type.toLowerCase() !== "dpop") {
    throw new UnansweredError(
      `The issuer gave a ${token_type} token, bound to no key: allow DPoP for this client there (often called DPoP-bound access tokens).`,
    );
  }
  const jkt = boundTo(access_token);
  if (jkt === undefined || jkt === thumbprint) return;
  throw new UnansweredError(`The token is bound to ${jkt}, not to this key, ${thumbprint}.`);
}
