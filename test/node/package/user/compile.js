import { writeFile } from "node:fs/promises";
import { compiled } from "./documents.js";

await writeFile("configuration.js", `export default ${JSON.stringify(compiled())};\n`);
