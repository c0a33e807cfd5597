import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import type { InitOptions } from "./init.ts";

export function addInit(program: Command, finish: Finish): void {
  program
    .command("init")
    .description("make a project: both documents, secrets, a test, and what deploys it")
    .argument("[dir]", "the folder to write, new or empty; . is this one")
    .option("--target <target>", "cloudflare or aws")
    .option("--issuer <url>", "who issues the access tokens: the iss of a token")
    .option("--origin <url>", "what clients call")
    .option("--upstream <url>", "the API that is to be protected")
    .option("--json", "print {ok, folder, files, commands} as JSON; asks nothing")
    .addHelpText(
      "after",
      example("dpop-edge init api --target cloudflare --issuer https://idp.example"),
    )
    .action(async (folder: string | undefined, options: InitOptions) => {
      const { init } = await import("./init.ts");
      finish(await init(folder, options));
    });
}
