import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import { config, target } from "../options.ts";
import type { CompileOptions } from "./compile.ts";

export function addCompile(program: Command, finish: Finish): void {
  program
    .command("compile")
    .description("check the two documents and write what the Worker is bundled with")
    .option(...config)
    .addOption(target("where the documents will run").default("cloudflare"))
    .option("--out <file>", "where to write", "build/documents.js")
    .option("--json", "print {ok, problems, notes} as JSON")
    .addHelpText("after", example("dpop-edge compile --config config --out build/documents.js"))
    .action(async (options: CompileOptions) => {
      const { compileDocuments } = await import("./compile.ts");
      finish(compileDocuments(options));
    });
}
