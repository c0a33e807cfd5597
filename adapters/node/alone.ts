import { randomUUID } from "node:crypto";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds after which whoever holds a lock is taken for dead: longer than a renewal may take. */
const oldest = 90_000;
/** Milliseconds that others are waited for: one of them may be dead. */
const patience = 120_000;

/** Others hold the lock, and longer than is waited for. */
export class LockedError extends Error {}

/**
 * Does `work` while no other program does it for this file; for them there is a file beside it.
 * @throws LockedError
 */
export async function alone<Result>(
  file: string,
  work: () => Promise<Result>,
  signal: AbortSignal = AbortSignal.timeout(patience),
): Promise<Result> {
  const lock = `${file}.lock`;
  const own = randomUUID();
  while (!(await taken(lock, own))) await aMoment(lock, signal);
  try {
    return await work();
  } finally {
    // Whoever was taken for dead meanwhile must not let others in beside his successor.
    const holder = await readFile(lock, "utf8").catch(() => "");
    if (holder === own) await rm(lock, { force: true });
  }
}

async function taken(lock: string, own: string): Promise<boolean> {
  try {
    await writeFile(lock, own, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const held = await stat(lock).catch(() => undefined);
    if (held !== undefined && Date.now() - held.mtimeMs > oldest) await rm(lock, { force: true });
    return false;
  }
}

async function aMoment(lock: string, signal: AbortSignal): Promise<void> {
  try {
    await sleep(50, undefined, { signal });
  } catch {
    throw new LockedError(`Another program holds ${lock}: remove it if there is none.`);
  }
}
