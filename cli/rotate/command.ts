import { type Command, Option } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import { config } from "../options.ts";
import type { RotateOptions } from "./rotate.ts";
import type { Kind } from "./subject.ts";

/** `rotate master-key` and `rotate signing-key`. */
export function addRotate(program: Command, finish: Finish): void {
  const rotate = program
    .command("rotate")
    .description("replace a key of the edge while requests come in: the one next step, and when")
    .helpCommand(false)
    .addHelpText("after", example("dpop-edge rotate master-key --secrets production.vars"));
  add(rotate, "master-key", "the key that nonces are made with", finish)
    .option("--compromised", "replace it at once: each client is challenged once")
    .addHelpText(
      "after",
      example(
        "dpop-edge rotate master-key --secrets production.vars --kid dpop-nonce-master-key-2",
        "dpop-edge rotate master-key --secrets production.vars --apply",
      ),
    );
  add(rotate, "signing-key", "the key that internal tokens are signed with", finish)
    .option("--source <name>", "which source, where finalizers sign with several")
    .addHelpText(
      "after",
      example("dpop-edge rotate signing-key --secrets production.vars --kid signing-key-2 --apply"),
    );
}

function add(program: Command, kind: Kind, description: string, finish: Finish): Command {
  return program
    .command(kind)
    .description(`${description}: says where its rotation stands, and the one next step`)
    .option(...config)
    .requiredOption("--secrets <file>", "a dotenv file with the secrets as they are stored now")
    .option("--kid <kid>", "the new key's id; it begins a rotation")
    .option("--edge <url>", "the deployed edge (default: serve.public_origin)")
    .addOption(
      new Option(
        "--target <target>",
        "where it is deployed (default: by wrangler.toml or serverless.yml)",
      ).choices(["cloudflare", "aws"]),
    )
    .option(
      "--parameter <name>",
      "AWS: the SSM parameter (default: /dpop-edge/ and the secret's name)",
    )
    .option(
      "--deploy <command>",
      "what deploys, in place of wrangler deploy or osls deploy --force",
    )
    .option("--apply", "take the step, through wrangler or the AWS CLI")
    .option("--done", "the step that was told is done; for what cannot be seen from outside")
    .option("--json", "print what comes next as JSON")
    .action(async (options: RotateOptions) => {
      const { rotate } = await import("./rotate.ts");
      finish(await rotate(kind, options));
    });
}
