import { randomBytes } from "node:crypto";
import { exit, UsageError } from "../exit.ts";
import { readKey, readSecret } from "../given-files.ts";
import { absolute } from "../proof/proof.ts";
import { listen } from "./forwarder.ts";
import { speakStdio } from "./stdio.ts";
import type { TokenKeeper, TokenOptions } from "./token-keeper.ts";
import { keepTokens } from "./tokens.ts";
import { createUpstream } from "./upstream.ts";

export interface ProxyOptions extends TokenOptions {
  readonly to: string;
  readonly listen: string;
  readonly secret?: string;
  readonly cookies?: boolean;
  readonly stdio?: boolean;
  readonly json?: boolean;
}

/** `dpop-edge proxy`: a way in for tools that know no DPoP. Runs until it is told to stop. */
export async function proxy(options: ProxyOptions): Promise<number> {
  const base = target(options.to);
  const address = loopbackAddress(options.listen);
  const key = await readKey(options.key);
  const tokens = Promise.withResolvers<TokenKeeper>();
  const upstream = createUpstream(base, key, {
    current: async () => (await tokens.promise).current(),
    renew: async (refused) => (await tokens.promise).renew(refused),
  });
  const logIn = async () =>
    tokens.resolve(await keepTokens(key, { resource: resourceOf(options.to), ...options }));
  if (options.stdio) {
    await logIn();
    await speakStdio(upstream, process.stdin, process.stdout);
    return exit.ok;
  }
  const secret = await secretOf(options.secret);
  const { cookies = false } = options;
  // Before the login: nobody logs in for a port that is taken.
  const forwarder = await listen(upstream, { ...address, secret, cookies });
  try {
    await logIn();
  } catch (error) {
    forwarder.stop();
    throw error;
  }
  if (options.json)
    process.stdout.write(`${JSON.stringify({ url: forwarder.url, to: base.href })}\n`);
  else process.stdout.write(`ready on ${forwarder.url}\nleads to ${base.href}\n`);
  await told();
  forwarder.stop();
  return exit.ok;
}

function target(written: string): URL {
  const base = absolute(written);
  if (base.username === "" && base.password === "") return base;
  throw new UsageError("--to takes no user name and no password: the token says who calls.");
}

/** RFC 8707 section 2: without a fragment, and without the query, which may hold a secret. */
function resourceOf(written: string): string {
  return written.replace(/[?#].*$/s, "");
}

/** Anything else would lend the key to the whole network. */
function loopbackAddress(written: string): { readonly host: string; readonly port: number } {
  const [, host = "", port = ""] =
    /^(127(?:\.\d+){3}|\[::1\]|localhost):(\d{1,5})$/.exec(written) ?? [];
  if (host === "" || Number(port) > 65_535) {
    throw new UsageError(
      `--listen takes a loopback address such as 127.0.0.1:8080, not ${written}.`,
    );
  }
  return { host: host.replace(/[[\]]/g, ""), port: Number(port) };
}

/** A part of a path: nothing of it may need an escape. */
async function secretOf(written: string | undefined): Promise<string> {
  if (written === undefined) return randomBytes(16).toString("base64url");
  const secret = await readSecret(written);
  if (/^[\w-]{16,}$/.test(secret)) return secret;
  throw new UsageError("--secret is at least 16 letters, digits, - or _.");
}

function told(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => resolve());
  });
}
