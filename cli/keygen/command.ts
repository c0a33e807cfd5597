import { type Command, Option } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import type { KeygenOptions } from "./keygen.ts";

export function addKeygen(program: Command, finish: Finish): void {
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
}
