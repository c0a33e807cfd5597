import { readFileSync } from "node:fs";
import { startWorker } from "../cli/workerd/workerd.ts";

// The edge of the chaos run, in a process group of its own that can be killed whole: its settings
// are WorkerOptions in the JSON file that it is told.

const [file = ""] = process.argv.slice(2);
const worker = await startWorker(JSON.parse(readFileSync(file, "utf8")));
console.log(`ready on ${worker.url}`);
