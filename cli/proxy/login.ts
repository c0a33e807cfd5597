import {
  type ClientIdentity,
  createDpopClient,
  type DpopKey,
  memoryKeyStore,
} from "../../src/client/index.ts";
import { UsageError } from "../exit.ts";
import { checkBound, readSecret } from "../given-files.ts";
import { authorizationCode } from "../login/authorization-code.ts";
import { fileOf, type KeptTokens, readKept, writeKept } from "../login/kept-tokens.ts";
import { LoginEnded, renewed } from "../login/renewal.ts";
import { type AuthorizationServer, discover } from "../login/server.ts";
import { RefusedGrant, requestTokens, type Tokens } from "../login/token-request.ts";
import { Renewing } from "./renewing.ts";
import type { TokenKeeper, TokenOptions } from "./token-keeper.ts";

/** Milliseconds that a person may take to log in. */
const patience = 300_000;

/**
 * Logs in at --issuer, or goes on with the login of the file of --token.
 * @throws UsageError for options that do not go together; UnansweredError where the login fails
 */
export async function keepLogin(
  key: DpopKey,
  issuer: string,
  options: TokenOptions,
): Promise<TokenKeeper> {
  const { clientId, clientSecret } = options;
  if (clientId === undefined) throw new UsageError("A login with --issuer needs --client-id.");
  const identity: ClientIdentity =
    clientSecret === undefined
      ? { id: clientId }
      : { id: clientId, secret: await readSecret(clientSecret) };
  if (options.clientCredentials && identity.secret === undefined) {
    throw new UsageError("--client-credentials needs --client-secret.");
  }
  const file = fileOf(options.token);
  const first = file === undefined ? undefined : readKept(file);
  // A refresh token is its issuer's alone to see.
  if (file !== undefined && first?.issuer !== undefined && first.issuer !== issuer) {
    throw new UsageError(`${file} holds a login at ${first.issuer}: name another file.`);
  }
  if (first !== undefined) checkBound(first.access_token, key, options.key);
  const server = await discover(issuer, AbortSignal.timeout(30_000));
  const login = new Login(key, server, identity, options, file);
  const keeper = new Renewing(first, (before) => login.next(before));
  await keeper.current();
  return keeper;
}

class Login {
  readonly #key: DpopKey;
  readonly #server: AuthorizationServer;
  readonly #identity: ClientIdentity;
  readonly #options: TokenOptions;
  readonly #file: string | undefined;

  constructor(
    key: DpopKey,
    server: AuthorizationServer,
    identity: ClientIdentity,
    options: TokenOptions,
    file: string | undefined,
  ) {
    this.#key = key;
    this.#server = server;
    this.#identity = identity;
    this.#options = options;
    this.#file = file;
  }

  /** With the refresh token; where that is no longer good, by another login. */
  async next(before: KeptTokens | undefined): Promise<KeptTokens> {
    try {
      if (before?.refresh_token !== undefined) return await this.#refreshed(before);
    } catch (error) {
      if (!(error instanceof RefusedGrant || error instanceof LoginEnded)) throw error;
      process.stderr.write("The refresh token is no longer good: logging in again.\n");
    }
    const tokens = { ...(await this.#request()), ...this.#own() };
    if (this.#file !== undefined) await writeBack(this.#file, tokens);
    return tokens;
  }

  async #refreshed(before: KeptTokens): Promise<KeptTokens> {
    const { refresh_token = "", access_token } = before;
    if (this.#file === undefined) {
      const grant = { grant_type: "refresh_token", refresh_token, ...this.#asked() };
      return { ...before, ...(await this.#exchange(grant)) };
    }
    return renewed(this.#key, this.#file, access_token, this.#identity.secret, this.#own());
  }

  async #request(): Promise<Tokens> {
    if (this.#options.clientCredentials) {
      return this.#exchange({ grant_type: "client_credentials", ...this.#asked() });
    }
    const grant = await authorizationCode(this.#server, {
      ...this.#asked(),
      clientId: this.#identity.id,
      port: 0,
      browser: this.#options.browser,
      signal: AbortSignal.timeout(patience),
      thumbprint: this.#key.thumbprint,
    });
    return this.#exchange(grant);
  }

  #exchange(grant: Readonly<Record<string, string>>): Promise<Tokens> {
    const client = createDpopClient({
      keyStore: memoryKeyStore(this.#key),
      algorithms: [this.#key.alg],
    });
    const signal = AbortSignal.timeout(30_000);
    return requestTokens(client, this.#server, this.#identity, grant, signal);
  }

  #asked() {
    const { scope, resource } = this.#options;
    return {
      ...(scope === undefined ? {} : { scope }),
      ...(resource === undefined ? {} : { resource }),
    };
  }

  #own() {
    const { resource } = this.#options;
    return {
      issuer: this.#server.issuer,
      client_id: this.#identity.id,
      ...(resource === undefined ? {} : { resource }),
    };
  }
}

async function writeBack(file: string, tokens: KeptTokens): Promise<void> {
  try {
    await writeKept(file, tokens);
  } catch {
    process.stderr.write(`warning: ${file} cannot be written.\n`);
  }
}
