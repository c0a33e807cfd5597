import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Grant, TokenStore } from "../../src/client/index.ts";
import { writeSecretFile } from "./secret-file.ts";

/** Keeps grants in a JSON file that only its owner can read (mode 0600), each under its server's URL. */
export function fileTokenStore({ path }: { readonly path: string }): TokenStore {
  let writing: Promise<void> = Promise.resolve();
  return {
    read: async (server) => (await all(path))[server],
    write(server, grant) {
      // One after the other: each is read, changed and written as a whole.
      writing = writing.catch(() => undefined).then(() => replace(path, server, grant));
      return writing;
    },
  };
}

async function replace(path: string, server: string, grant: Grant | undefined): Promise<void> {
  const { [server]: _, ...others } = await all(path);
  const next = grant === undefined ? others : { ...others, [server]: grant };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeSecretFile(path, `${JSON.stringify(next, null, 2)}\n`, { replace: true });
}

/** Throws where the file is there and cannot be read: it is not taken for an empty one. */
async function all(path: string): Promise<Record<string, Grant | undefined>> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  const value: Record<string, Grant | undefined> = JSON.parse(text);
  return value;
}
