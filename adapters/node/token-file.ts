import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Grant, TokenStore } from "../../src/client/index.ts";
import { isGrant } from "../../src/client/oauth/token-store.ts";
import { isJsonObject, parseJson } from "../../src/jws/json.ts";
import { alone } from "./alone.ts";
import { writeSecretFile } from "./secret-file.ts";

/**
 * Keeps grants in a JSON file that only its owner can read (mode 0600), each under its server's URL.
 * Programs that share the file renew a grant one after the other.
 */
export function fileTokenStore({ path }: { readonly path: string }): TokenStore {
  let writing: Promise<void> = Promise.resolve();
  return {
    read: async (server) => (await all(path)).get(server),
    write(server, grant) {
      // In their order, and as a whole: the file is read, changed and written.
      const written = () => aloneAt(path, path, () => replace(path, server, grant));
      writing = writing.catch(() => undefined).then(written);
      return writing;
    },
    alone: (server, work) => aloneAt(path, `${path}.${hashOf(server)}`, work),
  };
}

/** The lock is a file in the folder of `path`. */
async function aloneAt<Result>(path: string, what: string, work: () => Promise<Result>) {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return await alone(what, work);
}

function hashOf(server: string): string {
  return createHash("sha256").update(server).digest("hex").slice(0, 16);
}

async function replace(path: string, server: string, grant: Grant | undefined): Promise<void> {
  const grants = await all(path);
  if (grant === undefined) grants.delete(server);
  else grants.set(server, grant);
  const text = JSON.stringify(Object.fromEntries(grants), null, 2);
  await writeSecretFile(path, `${text}\n`, { replace: true });
}

/** Throws where the file is there and cannot be read: it is not taken for an empty one. */
async function all(path: string): Promise<Map<string, Grant>> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  const grants = parseJson(text);
  if (!isJsonObject(grants)) {
    throw new Error(`${path} is there and holds no grants: name another file, or remove it.`);
  }
  return new Map(
    Object.entries(grants).flatMap(([server, grant]) => (isGrant(grant) ? [[server, grant]] : [])),
  );
}
