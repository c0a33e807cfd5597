import { join } from "node:path";
import { bundleFunctions, functions } from "./bundle.ts";

const documents = join(import.meta.dirname, "../../build/aws/documents.js");
await bundleFunctions({ entries: functions, outdir: "build/aws/functions", documents });
