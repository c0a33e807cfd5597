#!/usr/bin/env node
// npm create dpop-edge DIR is dpop-edge init DIR.
process.argv.splice(2, 0, "init");
await import(new URL("bin/dpop-edge.js", import.meta.resolve("dpop-edge/package.json")).href);
