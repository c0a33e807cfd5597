import { bundleFunctions } from "../../cli/bundle/functions.ts";

// Written by `dpop-edge compile` a moment ago: no compiler may look for it earlier.
const compiled = new URL("../../build/aws/documents.js", import.meta.url).href;
const { default: configuration } = await import(compiled);
await bundleFunctions(configuration, "build/aws/functions");
