import { writeSecretFile } from "../../adapters/node/secret-file.ts";
import { createDpopClient, type DpopKey, memoryKeyStore } from "../../src/client/index.ts";
import { exit, UsageError } from "../exit.ts";
import { readKey, readSecret } from "../given-files.ts";
import { authorizationCode } from "./authorization-code.ts";
import { discover } from "./server.ts";
import { type ClientIdentity, requestTokens, type Tokens } from "./token-request.ts";

export interface LoginOptions {
  readonly key: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly clientCredentials?: boolean;
  readonly scope?: string;
  readonly resource?: string;
  readonly out?: string;
  readonly port: string;
  readonly browser: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

/** `dpop-edge login`: an access token that is bound to the key. */
export async function login(options: LoginOptions): Promise<number> {
  const key = await readKey(options.key);
  const port = numberOf(options.port, "--port", 65_535);
  const signal = AbortSignal.timeout(numberOf(options.timeout, "--timeout", 86_400) * 1000);
  const identity = await identityOf(options);
  if (options.clientCredentials && identity.secret === undefined) {
    throw new UsageError("--client-credentials needs --client-secret.");
  }
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

export function numberOf(text: string, option: string, most: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(`${option} must be a number from 0 to ${most}, not ${text}.`);
}

/** The tokens go to a file that only its owner can read, or to stdout; what is said of them to stderr. */
async function give(
  tokens: Tokens,
  key: DpopKey,
  { out, json = false }: LoginOptions,
): Promise<void> {
  const text = `${JSON.stringify(tokens, null, 2)}\n`;
  const { expires_at, scope, token_type } = tokens;
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    await writeSecretFile(out, text, { replace: true });
  } catch {
    throw new UsageError(`${out} cannot be written.`);
  }
  const ends = expires_at === undefined ? {} : { expires_at };
  const said = { file: out, token_type, thumbprint: key.thumbprint, scope, ...ends };
  if (json) process.stdout.write(`${JSON.stringify(said)}\n`);
  const until =
    expires_at === undefined ? "" : `, until ${new Date(expires_at * 1000).toISOString()}`;
  process.stderr.write(
    `Wrote ${out}: a ${token_type} token${until}, bound to ${key.thumbprint}.\n`,
  );
}
