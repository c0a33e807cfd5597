#!/usr/bin/env node
import { Command, CommanderError, Option } from "commander";
import { type CheckOptions, check } from "./check.ts";
import { type CompileOptions, compileDocuments } from "./compile.ts";
import { exit, UsageError } from "./exit.ts";
import { masterKey, type SecretOptions, signingKey } from "./secret.ts";
import { version } from "./version.ts";

const targets = ["cloudflare", "aws", "node"];

/** The command line: 0 is fine, 1 says that the documents are wrong, 2 that the command was not understood. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = exit.ok;
  const finish = (result: number) => {
    code = result;
  };
  const program = createProgram(finish);
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      return exit.usage;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
    throw error;
  }
}

function createProgram(finish: (code: number) => void): Command {
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
    .addHelpText(
      "after",
      `
Exit codes:
  0  fine
  1  the documents are wrong
  2  the command was not understood

Example:
  dpop-edge check --config config --target cloudflare`,
    );
  addDocuments(program, finish);
  addSecrets(program, finish);
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
  return program;
}

function addDocuments(program: Command, finish: (code: number) => void): void {
  program
    .command("check")
    .description("say everything that is wrong with the two documents, and what to write instead")
    .option(
      "--config <dir>",
      "the folder with the documents (default: DPOP_EDGE_CONFIG, or config)",
    )
    .addOption(target("without it, only what holds everywhere is checked"))
    .option("--json", "print {ok, problems, notes} as JSON")
    .addHelpText("after", example("dpop-edge check --config config --target cloudflare"))
    .action((options: CheckOptions) => finish(check(options)));
  program
    .command("compile")
    .description("check the two documents and write what the Worker is bundled with")
    .option(
      "--config <dir>",
      "the folder with the documents (default: DPOP_EDGE_CONFIG, or config)",
    )
    .addOption(target("where the documents will run").default("cloudflare"))
    .option("--out <file>", "where to write", "build/documents.js")
    .option("--json", "print {ok, problems, notes} as JSON")
    .addHelpText("after", example("dpop-edge compile --config config --out build/documents.js"))
    .action((options: CompileOptions) => finish(compileDocuments(options)));
}

function addSecrets(program: Command, finish: (code: number) => void): void {
  const secret = program
    .command("secret")
    .description("make a secret that the documents name; it goes to stdout, and nothing else does")
    .addHelpText(
      "after",
      example("dpop-edge secret master-key | npx wrangler secret put DPOP_NONCE_KEYS"),
    );
  secret
    .command("master-key")
    .description("a JWK set with one symmetric key, which nonces are made with")
    .option("--kid <kid>", "the key's id, master_key.selector (default: dpop-nonce-master-key-1)")
    .option("--dotenv <name>", "print NAME='...' for a dotenv file")
    .addHelpText(
      "after",
      example("dpop-edge secret master-key | npx wrangler secret put DPOP_NONCE_KEYS"),
    )
    .action((options: SecretOptions) => finish(masterKey(options)));
  secret
    .command("signing-key")
    .description("a P-256 private key as PKCS#8 PEM, which internal tokens are signed with")
    .option("--kid <kid>", "the key's id, signer.selector (default: its RFC 7638 thumbprint)")
    .option("--dotenv <name>", 'print NAME="..." for a dotenv file')
    .addHelpText(
      "after",
      example("dpop-edge secret signing-key | npx wrangler secret put SIGNING_KEY_PEM"),
    )
    .action(async (options: SecretOptions) => finish(await signingKey(options)));
}

function target(description: string): Option {
  return new Option("--target <target>", description).choices(targets);
}

function example(command: string): string {
  return `\nExample:\n  ${command}`;
}

process.exitCode = await main(process.argv.slice(2));
