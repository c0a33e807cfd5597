import {
  type ClientIdentity,
  createDpopClient,
  type DpopKey,
  memoryKeyStore,
} from "../../src/client/index.ts";
import { exit, UsageError } from "../exit.ts";
import { readKey, readSecret, unwritten } from "../given-files.ts";
import { authorizationCode } from "./authorization-code.ts";
import { type KeptTokens, writeKept } from "./kept-tokens.ts";
import { discover } from "./server.ts";
import { requestTokens, type Tokens } from "./token-request.ts";

export interface LoginOptions {
  readonly key: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly clientCredentials?: boolean;
  readonly scope?: string;
  readonly resource?: string;
  readonly out?: string;
  /** Keep the refresh token in the file too. */
  readonly keep?: boolean;
  readonly port: string;
  readonly browser: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

/** `dpop-edge login`: an access token that is bound to the key. */
export async function login(options: LoginOptions): Promise<number> {
  const key = await readKey(options.key);
  const port = numberOf(options.port, "--port", 65_535);
  const signal = patienceOf(options.timeout);
  const identity = await identityOf(options);
  if (options.clientCredentials && identity.secret === undefined) {
    throw new UsageError("--client-credentials needs --client-secret.");
  }
  if (options.keep) checkKeep(options);
  const server = await discover(options.issuer, signal);
  const client = clientOf(key);
  const { clientId, browser } = options;
  const asked = { ...scoped(options) };
  const grant = options.clientCredentials
    ? { grant_type: "client_credentials", ...asked }
    : await authorizationCode(server, {
        ...asked,
        clientId,
        port,
        browser,
        signal,
        thumbprint: key.thumbprint,
      });
  const tokens = await requestTokens(client, server, identity, grant, signal);
  await give(tokens, key, options);
  return exit.ok;
}

/** For `fetch`: a token for this run alone. */
export async function clientCredentials(
  key: DpopKey,
  options: Pick<LoginOptions, "issuer" | "clientId" | "clientSecret" | "scope" | "resource">,
  signal: AbortSignal,
): Promise<Tokens> {
  const identity = await identityOf(options);
  const server = await discover(options.issuer, signal);
  const grant = { grant_type: "client_credentials", ...scoped(options) };
  return await requestTokens(clientOf(key), server, identity, grant, signal);
}

/** It must never make another key: the token would be bound to one that nobody keeps. */
function clientOf(key: DpopKey) {
  return createDpopClient({ keyStore: memoryKeyStore(key), algorithms: [key.alg] });
}

function scoped({ scope, resource }: { scope?: string; resource?: string }) {
  return {
    ...(scope === undefined ? {} : { scope }),
    ...(resource === undefined ? {} : { resource }),
  };
}

async function identityOf({
  clientId,
  clientSecret,
}: Pick<LoginOptions, "clientId" | "clientSecret">): Promise<ClientIdentity> {
  if (clientSecret === undefined) return { id: clientId };
  return { id: clientId, secret: await readSecret(clientSecret) };
}

export function numberOf(text: string, option: string, most: number, least = 0): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} must be a number from ${least} to ${most}, not ${text}.`);
}

/** Seconds of --timeout. @throws UsageError */
export function patienceOf(timeout: string): AbortSignal {
  return AbortSignal.timeout(numberOf(timeout, "--timeout", 86_400, 1) * 1000);
}

function checkKeep({ out, clientCredentials }: LoginOptions): void {
  if (out === undefined) {
    throw new UsageError("--keep needs --out: the refresh token goes into a file of yours alone.");
  }
  if (clientCredentials) {
    throw new UsageError(
      "--keep is for a user's login: with client credentials, fetch and proxy log in by themselves (--issuer, --client-id, --client-secret).",
    );
  }
}

/** The tokens go to a file that only its owner can read, or to stdout; what is said of them to stderr. */
async function give(tokens: Tokens, key: DpopKey, options: LoginOptions): Promise<void> {
  const { out, keep = false, json = false, issuer, clientId, resource } = options;
  const { refresh_token, ...unkept } = tokens;
  const origin = { issuer, client_id: clientId, ...(resource === undefined ? {} : { resource }) };
  const kept: KeptTokens = keep ? { ...tokens, ...origin } : unkept;
  if (out === undefined) {
    process.stdout.write(`${JSON.stringify(kept, null, 2)}\n`);
    return;
  }
  try {
    await writeKept(out, kept);
  } catch (error) {
    throw unwritten(out, error);
  }
  const { expires_at, scope, token_type } = tokens;
  const ends = expires_at === undefined ? {} : { expires_at };
  const said = { file: out, token_type, thumbprint: key.thumbprint, scope, ...ends };
  if (json) process.stdout.write(`${JSON.stringify(said)}\n`);
  const until =
    expires_at === undefined ? "" : `, until ${new Date(expires_at * 1000).toISOString()}`;
  process.stderr.write(
    `Wrote ${out}: a ${token_type} token${until}, bound to ${key.thumbprint}.${refreshing(keep, refresh_token)}\n`,
  );
}

function refreshing(keep: boolean, token: string | undefined): string {
  if (keep && token === undefined)
    return "\nThe issuer gave no refresh token: most give one for --scope offline_access beside what else is asked.";
  if (keep) return "\nThe refresh token is in it: fetch renews the access token by itself.";
  return token === undefined ? "" : "\nThe issuer's refresh token was not kept; --keep keeps it.";
}
