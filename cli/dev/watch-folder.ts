import { watch } from "node:fs";

/** Editors write a file in several steps, and several files at once. */
const settled = 150;

/**
 * Calls `changed` once documents in the folder have changed and are at rest; never twice at a time.
 * @returns ends the watching
 */
export function watchFolder(folder: string, changed: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const soon = (_: unknown, file: string | null) => {
    // A store of `--persist`, or a project, may lie in the same folder.
    if (file !== null && !/\.(?:ya?ml|json)$/.test(file)) return;
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
