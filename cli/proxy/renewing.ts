import { messageOf } from "../given-files.ts";
import { hasEnded, isGood, type KeptTokens } from "../login/kept-tokens.ts";
import { shown } from "../terminal/shown.ts";
import type { TokenKeeper } from "./token-keeper.ts";

/** Milliseconds that an issuer which has failed is left alone, while there is a token that lives. */
const rest = 5000;

/** Keeps a token fresh: ahead of its end in the background, after it while the callers wait. */
export class Renewing implements TokenKeeper {
  readonly #ask: (before: KeptTokens | undefined) => Promise<KeptTokens>;
  #tokens: KeptTokens | undefined;
  #coming: Promise<KeptTokens> | undefined;
  #restsUntil = 0;

  /** `ask` gives the next token. */
  constructor(
    first: KeptTokens | undefined,
    ask: (before: KeptTokens | undefined) => Promise<KeptTokens>,
  ) {
    this.#tokens = first;
    this.#ask = ask;
  }

  async current(): Promise<string> {
    const kept = this.#tokens;
    if (kept === undefined || hasEnded(kept)) return (await this.#next()).access_token;
    if (!isGood(kept)) this.#renewAhead();
    return kept.access_token;
  }

  async renew(refused: string): Promise<boolean> {
    if (this.#tokens?.access_token !== refused) return true;
    return (await this.#next()).access_token !== refused;
  }

  #renewAhead(): void {
    if (Date.now() < this.#restsUntil) return;
    this.#next().catch((error: unknown) => {
      this.#restsUntil = Date.now() + rest;
      const why = shown(messageOf(error));
      process.stderr.write(`warning: the token was not renewed yet. ${why}\n`);
    });
  }

  /** Calls side by side ask once. */
  #next(): Promise<KeptTokens> {
    this.#coming ??= this.#asked().finally(() => {
      this.#coming = undefined;
    });
    return this.#coming;
  }

  async #asked(): Promise<KeptTokens> {
    this.#tokens = await this.#ask(this.#tokens);
    return this.#tokens;
  }
}
