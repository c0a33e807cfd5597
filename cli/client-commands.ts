import { type Command, Option } from "commander";
import { example } from "./example.ts";
import type { Finish } from "./exit.ts";
import type { KeygenOptions } from "./keygen.ts";
import type { ProofCommandOptions } from "./proof.ts";

const token = [
  "--token <token>",
  "the access token; @FILE reads it from a file, @- from stdin",
] as const;

/** `keygen` and `proof`. */
export function addClient(program: Command, finish: Finish): void {
  program
    .command("keygen")
    .description("make a client's key, once; keep it, and sign every proof with it")
    .option("--alg <alg>", "P-256, P-384, P-521, Ed25519, RSA, or a JWS algorithm", "P-256")
    .addOption(
      new Option("--format <format>", "how it is written").choices(["jwk", "pem"]).default("jwk"),
    )
    .option("--out <file>", "write it there, readable by you alone; without it, to stdout")
    .option("--force", "replace a file that is there")
    .option("--json", "print {alg, thumbprint, public_jwk, and file or private_key} as JSON")
    .addHelpText("after", example("dpop-edge keygen --out key.json"))
    .action(async (options: KeygenOptions) => {
      const { keygen } = await import("./keygen.ts");
      finish(await keygen(options));
    });
  program
    .command("proof")
    .description("print a DPoP proof for one request")
    .argument("<url>", "the URL that is asked")
    .requiredOption("--key <file>", "the client's key: JWK or PEM")
    .option("-X, --method <method>", "the method that is sent", "GET")
    .option(...token)
    .option("--nonce <nonce>", "what the server gave in DPoP-Nonce")
    .option("--json", "print {proof, header, claims} as JSON")
    .addHelpText(
      "after",
      example("dpop-edge proof https://api.example.com/orders --key key.json --token @token.json"),
    )
    .action(async (url: string, options: ProofCommandOptions) => {
      const { proof } = await import("./proof.ts");
      finish(await proof(url, options));
    });
}
