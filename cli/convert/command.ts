import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import type { ConvertOptions } from "./convert-files.ts";

export function addConvert(program: Command, finish: Finish): void {
  program
    .command("convert")
    .description(
      "write documents of Heimdall 0.14 to main, RuleSet resources too, in today's spelling",
    )
    .argument("<folder|file...>", "heimdall-config.yaml and rule sets, or a folder of them")
    .requiredOption("--out <dir>", "the folder to write mechanisms.yaml and rules.yaml to")
    .option("--json", "print {ok, versions, problems, leftOut, files, questions} as JSON")
    .addHelpText("after", example("dpop-edge convert heimdall/ --out config"))
    .action(async (paths: string[], options: ConvertOptions) => {
      const { convertFiles } = await import("./convert-files.ts");
      finish(convertFiles(paths, options));
    });
}
