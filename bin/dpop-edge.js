#!/usr/bin/env node
// In a checkout the command line runs from its source, never stale; the package carries it compiled.
import { existsSync } from "node:fs";

const source = new URL("../cli/main.ts", import.meta.url);
await import(existsSync(source) ? source.href : "../dist/cli/main.js");
