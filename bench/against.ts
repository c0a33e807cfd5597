import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface Checkout {
  readonly tree: URL;
  remove(): void;
}

/** Another commit beside this one, in a worktree of its own that shares our node_modules. */
export function checkout(ref: string): Checkout {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const folder = join(mkdtempSync(join(tmpdir(), "dpop-edge-against-")), "tree");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, stdio: "pipe" });
  git("worktree", "add", "--detach", folder, ref);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  // Both are measured by the bench of this checkout.
  rmSync(join(folder, "bench"), { recursive: true });
  cpSync(join(root, "bench"), join(folder, "bench"), { recursive: true });
  withoutMechanisms(join(folder, "src/mechanisms"));
  return {
    tree: pathToFileURL(`${folder}/`),
    remove() {
      git("worktree", "remove", "--force", folder);
      rmSync(join(folder, ".."), { recursive: true, force: true });
    },
  };
}

/** Commits from before there were optional mechanisms are measured as well. */
function withoutMechanisms(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder);
  writeFileSync(join(folder, "all.ts"), "export const allMechanisms = {};\n");
}
