import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Before anything is packaged: compiles the documents, and stops on a problem; bundles the functions. */
export default class DpopEdgePlugin {
  constructor() {
    this.hooks = { "before:package:initialize": prepare };
  }
}

/** Processes of their own, so that the documents' problems read the same as everywhere. */
function prepare() {
  try {
    run("cli/main.ts", "compile", "--target", "aws", "--out", "build/aws/documents.js");
  } catch {
    throw new Error("The documents are wrong (see above): nothing was packaged.");
  }
  run("scripts/aws/bundle-functions.ts");
}

function run(...args) {
  execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", 2, 2] });
}
