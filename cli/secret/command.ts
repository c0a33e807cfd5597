import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import { masterKey, type SecretOptions, signingKey } from "./secret.ts";

const piped = "dpop-edge secret master-key | npx wrangler secret put DPOP_NONCE_KEYS";

export function addSecrets(program: Command, finish: Finish): void {
  const secret = program
    .command("secret")
    .description("make a secret that the documents name; it goes to stdout, and nothing else does")
    .helpCommand(false)
    .addHelpText("after", example(piped));
  secret
    .command("master-key")
    .description("a JWK set with one symmetric key, which nonces are made with")
    .option("--kid <kid>", "the key's id, master_key.selector (default: dpop-nonce-master-key-1)")
    .option("--dotenv <name>", "print NAME='...' for a dotenv file")
    .option("--json", "print {name, secret} as JSON")
    .addHelpText("after", example(piped))
    .action((options: SecretOptions) => finish(masterKey(options)));
  secret
    .command("signing-key")
    .description("a P-256 private key as PKCS#8 PEM, which internal tokens are signed with")
    .option("--kid <kid>", "the key's id, signer.selector (default: its RFC 7638 thumbprint)")
    .option("--dotenv <name>", 'print NAME="..." for a dotenv file')
    .option("--json", "print {name, secret} as JSON")
    .addHelpText(
      "after",
      example("dpop-edge secret signing-key | npx wrangler secret put SIGNING_KEY_PEM"),
    )
    .action(async (options: SecretOptions) => finish(await signingKey(options)));
}
