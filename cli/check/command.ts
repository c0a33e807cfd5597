import { type Command, Option } from "commander";
import type { CompileOptions } from "../compile/compile.ts";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import type { CheckOptions } from "./check.ts";

const config = [
  "--config <dir>",
  "the folder with the documents (default: DPOP_EDGE_CONFIG, or config)",
] as const;

/** `check` and `compile`. */
export function addDocuments(program: Command, finish: Finish): void {
  program
    .command("check")
    .description("say everything that is wrong with the two documents, and what to write instead")
    .option(...config)
    .addOption(target("without it, only what holds everywhere is checked"))
    .option("--online", "ask the issuers too: do they write themselves so, are their keys there")
    .option("--json", "print {ok, problems, notes} as JSON")
    .addHelpText("after", example("dpop-edge check --config config --target cloudflare"))
    .action(async (options: CheckOptions) => {
      const { check } = await import("./check.ts");
      finish(await check(options));
    });
  program
    .command("compile")
    .description("check the two documents and write what the Worker is bundled with")
    .option(...config)
    .addOption(target("where the documents will run").default("cloudflare"))
    .option("--out <file>", "where to write", "build/documents.js")
    .option("--json", "print {ok, problems, notes} as JSON")
    .addHelpText("after", example("dpop-edge compile --config config --out build/documents.js"))
    .action(async (options: CompileOptions) => {
      const { compileDocuments } = await import("../compile/compile.ts");
      finish(compileDocuments(options));
    });
}

function target(description: string): Option {
  return new Option("--target <target>", description).choices(["cloudflare", "aws", "node"]);
}
