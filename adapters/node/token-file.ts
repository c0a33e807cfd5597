import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Grant, TokenStore } from "../../src/client/index.ts";
import { isGrant } from "../../src/client/oauth/token-store.ts";
import { isJsonObject, parseJson } from "../../src/jws/json.ts";
import { writeSecretFile } from "./secret-file.ts";

/** Keeps grants in a JSON file that only its owner can read (mode 0600), each under its server's URL. */
export function fileTokenStore({ path }: { readonly path: string }): TokenStore {
  let writing: Promise<void> = Promise.resolve();
  return {
    read: async (server) => (await all(path)).get(server),
    write(server, grant) {
      // One after the other: each is read, changed and written as a whole.
      writing = writing.catch(() => undefined).then(() => replace(path, server, grant));
      return writing;
    },
  };
}

async function replace(path: string, server: string, grant: Grant | undefined): Promise<void> {
  const grants = await all(path);
  if (grant === undefined) grants.delete(server);
  else grants.set(server, grant);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
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
