import { createProof } from "../../src/client/index.ts";
import { parseCompact } from "../../src/jws/compact.ts";
import { exit, UsageError } from "../exit.ts";
import { checkBound, readKey, readToken } from "../given-files.ts";

export interface ProofCommandOptions {
  readonly key: string;
  readonly method: string;
  readonly token?: string;
  readonly nonce?: string;
  readonly json?: boolean;
}

/** `dpop-edge proof`: one proof, good for one request. */
export async function proof(
  url: string,
  { method, nonce, json = false, ...options }: ProofCommandOptions,
): Promise<number> {
  const asked = absolute(url);
  const key = await readKey(options.key);
  const accessToken = options.token === undefined ? undefined : await readToken(options.token);
  if (accessToken !== undefined) checkBound(accessToken, key, options.key);
  const made = await createProof({ key, method, url: asked, accessToken, nonce });
  if (!json) {
    process.stdout.write(`${made}\n`);
    return exit.ok;
  }
  const decoded = parseCompact(made);
  const said = { proof: made, header: decoded?.header, claims: decoded?.payload };
  process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
  return exit.ok;
}

/** @throws UsageError where it is no http or https URL */
export function absolute(url: string): URL {
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return new URL(url);
  throw new UsageError(`The URL must be a whole one, https://host/path, not ${url.slice(0, 100)}.`);
}
