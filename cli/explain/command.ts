import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import type { ExplainCommandOptions } from "./run.ts";

export function addExplain(program: Command, finish: Finish): void {
  program
    .command("explain")
    .description(
      "say why a request is refused: every check, what was expected, found, and what to change; offline",
    )
    .argument(
      "[request...]",
      "a file, - for stdin, or a curl command; a HAR, or a request line and headers; or a code alone",
    )
    .option("--config <dir>", "the folder with the documents; without it, defaults are assumed")
    .option(
      "--jwks <file>",
      "the issuer's JWK set; without it, the token's signature is not checked",
    )
    .option(
      "--secrets <file>",
      "NAME=value lines with the edge's secrets, to judge nonces and trust anchors",
    )
    .option(
      "--now <time>",
      "seconds or a date (default: the answer's Date, or the HAR's time, or now)",
    )
    .option("--entry <number>", "of a HAR's entries this one, counted from 1")
    .option("--event", "read events of the log instead, and say what to change")
    .option("--short", "print one line a request")
    .option("--json", "print {ok, assumed, requests, pitfalls} as JSON")
    .addHelpText(
      "after",
      example(
        "dpop-edge explain --config config --jwks jwks.json request.txt",
        "dpop-edge explain curl -H 'Authorization: DPoP eyJ...' -H 'DPoP: eyJ...' https://api.example.com/orders",
        "dpop-edge explain --json < session.har",
        "dpop-edge explain proof.htu",
        "dpop-edge explain --event --short < events.log",
      ),
    )
    .action(async (request: string[], options: ExplainCommandOptions) => {
      const { explainCommand } = await import("./run.ts");
      finish(await explainCommand(request, options));
    });
}
