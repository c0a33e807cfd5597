import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import type { TailOptions } from "./tail.ts";

export function addTail(program: Command, finish: Finish): void {
  program
    .command("tail")
    .description("print the events of a log, one readable line a request, and a summary at the end")
    .argument("[file]", "a log; without it, or with -, what is piped in")
    .option("--code <code...>", "only these codes; proof is every proof.*")
    .option("--client <client...>", "only these clients")
    .option("--rule <rule...>", "only these rules")
    .option("--json", 'print the events as JSON, one a line, and {"summary"} at the end')
    .addHelpText(
      "after",
      example(
        "dpop-edge tail events.log",
        "npx wrangler tail --format json | dpop-edge tail --code proof",
        "aws logs tail /aws/lambda/edge-authorizer --follow | dpop-edge tail --client web",
      ),
    )
    .action(async (file: string | undefined, options: TailOptions) => {
      const { tail } = await import("./tail.ts");
      finish(await tail(file, options));
    });
}
