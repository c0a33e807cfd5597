import { randomUUID } from "node:crypto";
import { link, open, realpath, rename, rm, stat } from "node:fs/promises";

/**
 * Writes a file that only its owner can read, whole or not at all: whoever opens it, and a crash in
 * between, meets what was there before or all of `text`. A file that stands there keeps neither its
 * mode nor its other links. Throws EEXIST where one stands there, unless `replace`.
 */
export async function writeSecretFile(
  path: string,
  text: string,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<void> {
  const target = replace ? await ownFile(path) : path;
  const written = await writeBeside(target, text);
  try {
    // Unlike rename, link never replaces what another process has put there.
    await (replace ? rename(written, target) : link(written, target));
  } finally {
    await rm(written, { force: true });
  }
}

/** A complete file beside the place where it belongs, of mode 0600 from its first byte. */
export async function writeBeside(path: string, text: string): Promise<string> {
  const beside = `${path}.${randomUUID()}`;
  const file = await open(beside, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return beside;
}

/** Where a link leads, so that the link stays one. A rename would replace a device or a pipe. */
async function ownFile(path: string): Promise<string> {
  try {
    const target = await realpath(path);
    if ((await stat(target)).isFile()) return target;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return path;
    throw error;
  }
  throw new Error(`${path} is no file.`);
}
