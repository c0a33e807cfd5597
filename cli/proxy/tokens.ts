import { statSync } from "node:fs";
import type { DpopKey } from "../../src/client/index.ts";
import { UsageError } from "../exit.ts";
import { readToken } from "../given-files.ts";
import { givenToken } from "../login/given-token.ts";
import { keepLogin } from "./login.ts";
import { Renewing } from "./renewing.ts";
import type { TokenKeeper, TokenOptions } from "./token-keeper.ts";

/** @throws UsageError for options that do not go together; UnansweredError where the login fails */
export async function keepTokens(key: DpopKey, options: TokenOptions): Promise<TokenKeeper> {
  const { token: written, issuer } = options;
  if (issuer !== undefined) return keepLogin(key, issuer, options);
  if (written === undefined) {
    throw new UsageError(
      "There is no access token: write --token @token.json, which dpop-edge login --out makes, or --issuer and --client-id.",
    );
  }
  const { token, file, login } = await givenToken(key, written, options);
  if (login === undefined) return readAgain(token, written, file);
  return new Renewing(login.kept, (before = login.kept) => login.renew(before.access_token));
}

/** A file is read again once it has changed: `dpop-edge login --out` may renew it at any time. */
function readAgain(first: string, written: string, file: string | undefined): TokenKeeper {
  let token = first;
  const changedAt = () =>
    file === undefined ? 0 : statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  let read = changedAt();
  const current = async () => {
    const changed = changedAt();
    if (changed === undefined || changed === read) return token;
    read = changed;
    token = await readToken(written);
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
