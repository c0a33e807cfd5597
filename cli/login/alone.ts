import { open, rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds after which whoever holds a lock is taken for dead: longer than any work may take. */
const oldest = 90_000;

/**
 * Does `work` while no other program does it for this file. Throws what `signal` is aborted with
 * where the others take too long.
 */
export async function alone<Result>(
  file: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = `${file}.lock`;
  while (!(await taken(lock))) await sleep(50, undefined, { signal });
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await (await open(lock, "wx", 0o600)).close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const held = await stat(lock).catch(() => undefined);
    if (held !== undefined && Date.now() - held.mtimeMs > oldest) await rm(lock, { force: true });
    return false;
  }
}
