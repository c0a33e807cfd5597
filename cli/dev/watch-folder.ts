import { watch } from "node:fs";

/** Editors write a file in several steps, and several files at once. */
const settled = 150;

/**
 * Calls `changed` once whatever is in the folder has changed and is at rest; never twice at a time.
 * @returns ends the watching
 */
export function watchFolder(folder: string, changed: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(changed);
    }, settled);
  };
  const watcher = watch(folder, { recursive: true }, soon);
  // A folder that is taken away under us: what runs goes on with what it has.
  watcher.on("error", () => watcher.close());
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
