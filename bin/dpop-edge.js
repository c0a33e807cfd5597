#!/usr/bin/env node
// In a checkout the command line runs from its source, never stale; the package carries it compiled.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = new URL("../cli/main.ts", import.meta.url);
const entry = existsSync(source) ? source : new URL("../dist/cli/main.js", import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 18)) await import(entry.href);
else runOnNewerNode();

/** A checkout has a Node of its own beside it (npm ci brings it); anybody else is told. */
function runOnNewerNode() {
  const node = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  if (existsSync(source) && existsSync(node)) {
    const args = [fileURLToPath(entry), ...process.argv.slice(2)];
    const { status } = spawnSync(node, args, { stdio: "inherit" });
    process.exitCode = status ?? 1;
    return;
  }
  process.stderr.write(
    `dpop-edge needs Node 22.18 or later, and this is Node ${process.versions.node}: install a newer one.\n`,
  );
  process.exitCode = 2;
}
