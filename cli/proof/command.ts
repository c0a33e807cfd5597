import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import { key, token } from "../options.ts";
import type { ProofCommandOptions } from "./proof.ts";

export function addProof(program: Command, finish: Finish): void {
  program
    .command("proof")
    .description("print a DPoP proof for one request")
    .argument("<url>", "the URL that is asked")
    .requiredOption(...key)
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
