import type { DpopKey } from "../../src/client/index.ts";
import { checkBound, readSecret, readToken } from "../given-files.ts";
import { fileOf, type KeptTokens, readKept, warnOfItsEnd } from "./kept-tokens.ts";
import { isRenewable, renewed } from "./renewal.ts";

/** The access token of --token. */
export interface GivenToken {
  readonly token: string;
  /** Undefined where the token is written as it is, or came from stdin. */
  readonly file: string | undefined;
  /** Where its login was kept. */
  readonly login?: KeptLogin;
}

export interface KeptLogin {
  readonly kept: KeptTokens;
  /** @throws LoginEnded; UnansweredError where the issuer does not answer, or not so */
  renew(refused: string): Promise<KeptTokens>;
}

/** Warns of one that has ended and cannot be renewed. @throws UsageError, also for another key's */
export async function givenToken(
  key: DpopKey,
  written: string,
  options: { readonly key: string; readonly clientSecret?: string },
): Promise<GivenToken> {
  const token = await readToken(written);
  checkBound(token, key, options.key);
  const file = fileOf(written);
  const kept = file === undefined ? undefined : readKept(file);
  if (file === undefined || !isRenewable(kept)) {
    warnOfItsEnd(token, file);
    return { token, file };
  }
  const { clientSecret } = options;
  const secret = clientSecret === undefined ? undefined : await readSecret(clientSecret);
  return { token, file, login: { kept, renew: (refused) => renewed(key, file, refused, secret) } };
}
