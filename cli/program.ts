import { Command } from "commander";
import { addClient } from "./client-commands.ts";
import { addConvert } from "./convert/commands.ts";
import { addDocuments } from "./documents-commands.ts";
import type { Finish } from "./exit.ts";
import { addExplain } from "./explain-commands.ts";
import { addInit } from "./init/commands.ts";
import { addProxy } from "./proxy-command.ts";
import { addRotate } from "./rotate/command.ts";
import { addRoutes } from "./routes/commands.ts";
import { addSecrets } from "./secret-commands.ts";
import { addTail } from "./tail/command.ts";
import { version } from "./version.ts";

export function createProgram(finish: Finish): Command {
  const program = new Command("dpop-edge")
    .description(
      "DPoP-bound access tokens (RFC 9449) enforced at the edge, from two YAML documents.",
    )
    .version(version(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .enablePositionalOptions()
    .showHelpAfterError("See dpop-edge --help.")
    .exitOverride()
    .addHelpText("after", after);
  addInit(program, finish);
  addDocuments(program, finish);
  addRoutes(program, finish);
  addConvert(program, finish);
  addDev(program, finish);
  addDemo(program, finish);
  addSecrets(program, finish);
  addRotate(program, finish);
  addClient(program, finish);
  addProxy(program, finish);
  addExplain(program, finish);
  addTail(program, finish);
  return program;
}

const after = `
Exit codes:
  0  fine
  1  the request would be refused, the answer is 400 or more, or the documents are wrong
  2  the command, or a file that it was given, was not understood
  3  nobody answered, or a login did not come to its end

Example:
  dpop-edge check --config config --target cloudflare`;

function addDev(program: Command, finish: Finish): void {
  program
    .command("dev")
    .description("run the Worker under local workerd, from two documents")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .argument("[options...]", "see dpop-edge dev --help")
    .action(async (rest: string[]) => {
      // It brings a bundler and a runtime along: nobody else waits for them.
      const { dev } = await import("./dev.ts");
      finish(await dev(rest));
    });
}

function addDemo(program: Command, finish: Finish): void {
  program
    .command("demo")
    .description("play the flow and the attacks, in the terminal or with --page in a browser")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .argument("[options...]", "see dpop-edge demo --help")
    .action(async (rest: string[]) => {
      const { demo } = await import("./demo.ts");
      finish(await demo(rest));
    });
}
