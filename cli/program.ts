import { Command } from "commander";
import { addCheck } from "./check/command.ts";
import { addCompile } from "./compile/command.ts";
import { addConvert } from "./convert/command.ts";
import type { Finish } from "./exit.ts";
import { addExplain } from "./explain/command.ts";
import { addFetch } from "./fetch/command.ts";
import { addInit } from "./init/command.ts";
import { addKeygen } from "./keygen/command.ts";
import { addLogin } from "./login/command.ts";
import { addProof } from "./proof/command.ts";
import { addProxy } from "./proxy/command.ts";
import { addRevoke } from "./revoke/command.ts";
import { addRotate } from "./rotate/command.ts";
import { addRoutes } from "./routes/command.ts";
import { addSecrets } from "./secret/command.ts";
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
    .exitOverride()
    .addHelpText("after", after);
  addInit(program, finish);
  addCheck(program, finish);
  addCompile(program, finish);
  addRoutes(program, finish);
  addConvert(program, finish);
  addDev(program, finish);
  addDemo(program, finish);
  addSecrets(program, finish);
  addRotate(program, finish);
  addKeygen(program, finish);
  addProof(program, finish);
  addLogin(program, finish);
  addFetch(program, finish);
  addProxy(program, finish);
  addExplain(program, finish);
  addTail(program, finish);
  addRevoke(program, finish);
  pointAtOwnHelp(program, program.name());
  return program;
}

/** Whoever mistypes is sent to the help of the very command. */
function pointAtOwnHelp(command: Command, name: string): void {
  command.showHelpAfterError(`See ${name} --help.`);
  for (const each of command.commands) pointAtOwnHelp(each, `${name} ${each.name()}`);
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
      const { dev } = await import("./dev/dev.ts");
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
