import type { DpopKey } from "../../src/client/index.ts";
import { UsageError } from "../exit.ts";
import { givenToken } from "../login/given-token.ts";
import { isGood } from "../login/kept-tokens.ts";
import { clientCredentials } from "../login/login.ts";

/** What says where a call's token comes from. */
export interface TokenOptions {
  readonly key: string;
  readonly token?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scope?: string;
  readonly resource?: string;
}

/** The access token of a call. */
export interface FetchToken {
  readonly current: string;
  /** The server says that it is not good: whether there is another now. */
  renew(): Promise<boolean>;
}

/**
 * From --token, renewed where its login was kept, or from a login at --issuer.
 * @throws UsageError where none is told, or the key is another than the token's
 */
export async function tokenFor(
  key: DpopKey,
  options: TokenOptions,
  signal: AbortSignal,
): Promise<FetchToken> {
  if (options.token !== undefined) return await given(key, options.token, options);
  return fixed(await fromLogin(key, options, signal));
}

async function given(key: DpopKey, written: string, options: TokenOptions): Promise<FetchToken> {
  const { token, login } = await givenToken(key, written, options);
  if (login === undefined) return fixed(token);
  const renew = async (refused: string) => (await login.renew(refused)).access_token;
  return new Renewing(isGood(login.kept) ? token : await renew(token), renew);
}

function fixed(current: string): FetchToken {
  return { current, renew: async () => false };
}

class Renewing implements FetchToken {
  current: string;
  readonly #renew: (refused: string) => Promise<string>;

  constructor(current: string, renew: (refused: string) => Promise<string>) {
    this.current = current;
    this.#renew = renew;
  }

  async renew(): Promise<boolean> {
    this.current = await this.#renew(this.current);
    return true;
  }
}

async function fromLogin(
  key: DpopKey,
  { issuer, clientId, ...options }: TokenOptions,
  signal: AbortSignal,
): Promise<string> {
  if (issuer === undefined) {
    throw new UsageError(
      "There is no access token to call with: write --token @token.json, which dpop-edge login --out makes, or --issuer with --client-id and --client-secret.",
    );
  }
  if (clientId === undefined || options.clientSecret === undefined) {
    throw new UsageError("A login with --issuer needs --client-id and --client-secret.");
  }
  return (await clientCredentials(key, { issuer, clientId, ...options }, signal)).access_token;
}
