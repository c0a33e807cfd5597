import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "./exit.ts";

const compiled = extname(fileURLToPath(import.meta.url)) === ".js";
const program = fileURLToPath(
  new URL(compiled ? "../../demo/main.ts" : "../demo/main.ts", import.meta.url),
);

/**
 * Runs the demo of the checkout that this command line is in; resolves to its exit code. Throws a
 * UsageError in an installed package: the demo brings an OAuth issuer along, which is not in there.
 */
export function demo(args: readonly string[]): Promise<number> {
  if (!existsSync(program)) {
    throw new UsageError(
      "The demo comes with the repository, not with the package: clone it, then npm ci && npm run demo -- --page",
    );
  }
  const child = spawn(process.execPath, [program, ...args], { stdio: "inherit" });
  // The child ends itself, and all that it started; we end with it. A terminal signals both.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => void child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
