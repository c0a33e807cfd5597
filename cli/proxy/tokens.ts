import { statSync } from "node:fs";
import type { DpopKey } from "../../src/client/index.ts";
import { UsageError } from "../exit.ts";
import { checkBound, readSecret, readToken } from "../given-files.ts";
import { fileOf, readKept, warnOfItsEnd } from "../login/kept-tokens.ts";
import { isRenewable, renewed } from "../login/renewal.ts";
import { keepLogin } from "./login.ts";
import { Renewing } from "./renewing.ts";

export interface TokenOptions {
  /** The key's file. */
  readonly key: string;
  readonly token?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly clientCredentials?: boolean;
  readonly scope?: string;
  readonly resource?: string;
  readonly browser: boolean;
}

/** Where the proxy has its access token from. */
export interface TokenKeeper {
  /** One that is good now. */
  current(): Promise<string>;
  /** The server says that this one is not: whether there is another now. */
  renew(refused: string): Promise<boolean>;
}

/** @throws UsageError for options that do not go together; UnansweredError where the login fails */
export async function keepTokens(key: DpopKey, options: TokenOptions): Promise<TokenKeeper> {
  const { token, issuer } = options;
  if (issuer !== undefined) return keepLogin(key, issuer, options);
  if (token === undefined) {
    throw new UsageError(
      "There is no access token: write --token @token.json, which dpop-edge login --out makes, or --issuer and --client-id.",
    );
  }
  const first = await readToken(token);
  checkBound(first, key, options.key);
  const file = fileOf(token);
  const kept = file === undefined ? undefined : readKept(file);
  if (file === undefined || !isRenewable(kept)) {
    warnOfItsEnd(first, file);
    return written(first, token, file);
  }
  const { clientSecret } = options;
  const secret = clientSecret === undefined ? undefined : await readSecret(clientSecret);
  return new Renewing(kept, async (before = kept) => {
    await renewed(key, file, before.access_token, secret);
    return readKept(file) ?? before;
  });
}

/** A file is read again once it has changed: `dpop-edge login --out` may renew it at any time. */
function written(first: string, given: string, file: string | undefined): TokenKeeper {
  let token = first;
  const changedAt = () =>
    file === undefined ? 0 : statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  let read = changedAt();
  const current = async () => {
    const changed = changedAt();
    if (changed === undefined || changed === read) return token;
    read = changed;
    token = await readToken(given);
    return token;
  };
  return {
    current,
    async renew(refused) {
      if ((await current()) !== refused) return true;
      const what =
        file === undefined
          ? "start again with another --token"
          : `log in again, dpop-edge login --out ${file}: it is read once it has changed`;
      process.stderr.write(`The server takes the token no more: ${what}.\n`);
      return false;
    },
  };
}
