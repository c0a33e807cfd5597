import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import { config, target } from "../options.ts";
import type { CheckOptions } from "./check.ts";

export function addCheck(program: Command, finish: Finish): void {
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
}
