import { alone, LockedError } from "../../adapters/node/alone.ts";
import { createDpopClient, type DpopKey, memoryKeyStore } from "../../src/client/index.ts";
import { UnansweredError, UsageError } from "../exit.ts";
import { isGood, type KeptTokens, readKept, writeKept } from "./kept-tokens.ts";
import { discover } from "./server.ts";
import { RefusedGrant, requestTokens } from "./token-request.ts";

/** Tokens of a login that was kept: with what it takes to renew them. */
type Renewable = KeptTokens & Required<Pick<KeptTokens, "refresh_token" | "issuer" | "client_id">>;

/** The refresh token is no longer good: only another login helps. */
export class LoginEnded extends UnansweredError {}

/** Milliseconds for a renewal, others' before it included. */
const patience = 60_000;

export function isRenewable(tokens: KeptTokens | undefined): tokens is Renewable {
  const { refresh_token, issuer, client_id } = tokens ?? {};
  return refresh_token !== undefined && issuer !== undefined && client_id !== undefined;
}

/**
 * RFC 6749 section 6, with a proof: the tokens of `file`, renewed and written back, unless
 * another program has done so since it was `refused`. Programs side by side ask once: an issuer
 * that sees a refresh token twice may end the login (RFC 9700 section 4.14.2).
 * @param known what an older file does not say
 * @throws LoginEnded; UnansweredError where the issuer does not answer, or not so
 */
export async function renewed(
  key: DpopKey,
  file: string,
  refused: string,
  secret: string | undefined,
  known: Partial<KeptTokens> = {},
): Promise<KeptTokens> {
  const signal = AbortSignal.timeout(patience);
  const work = () => renew(key, file, refused, secret, known, signal);
  try {
    return await alone(file, work, signal);
  } catch (error) {
    if (error instanceof UnansweredError || error instanceof UsageError) throw error;
    if (error instanceof LockedError) throw new UnansweredError(error.message);
    throw new UsageError(`${file} cannot be written, with the renewed token.`);
  }
}

async function renew(
  key: DpopKey,
  file: string,
  refused: string,
  secret: string | undefined,
  known: Partial<KeptTokens>,
  signal: AbortSignal,
): Promise<KeptTokens> {
  const read = readKept(file);
  const kept = read && { ...known, ...read };
  if (!isRenewable(kept)) throw new UsageError(`${file} holds no refresh token any more.`);
  if (kept.access_token !== refused && isGood(kept)) return kept;
  const { issuer, client_id, refresh_token, resource } = kept;
  const server = await discover(issuer, signal);
  const client = createDpopClient({ keyStore: memoryKeyStore(key), algorithms: [key.alg] });
  const identity = { id: client_id, ...(secret === undefined ? {} : { secret }) };
  const grant = {
    grant_type: "refresh_token",
    refresh_token,
    ...(resource === undefined ? {} : { resource }),
  };
  try {
    const tokens = await requestTokens(client, server, identity, grant, signal);
    const next = { ...kept, ...tokens };
    await writeKept(file, next);
    return next;
  } catch (error) {
    if (!(error instanceof RefusedGrant)) throw error;
    throw new LoginEnded(
      `The login of ${file} has ended (${error.message.replace(/\.$/, "")}). Log in again: dpop-edge login --issuer ${issuer} --client-id ${client_id} --keep --out ${file}`,
    );
  }
}
