import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import { clientSecret, key, resource } from "../options.ts";
import type { LoginOptions } from "./login.ts";

export function addLogin(program: Command, finish: Finish): void {
  program
    .command("login")
    .description(
      "get an access token that is bound to the key: in the browser, or as the client itself",
    )
    .requiredOption(...key)
    .requiredOption("--issuer <url>", "the issuer, as it names itself")
    .requiredOption("--client-id <id>", "who this client is there")
    .option(...clientSecret)
    .option("--client-credentials", "log in as the client itself, without a browser")
    .option("--scope <scopes>", "what is asked for, separated by spaces")
    .option(...resource)
    .option("--out <file>", "write the tokens there, readable by you alone; without it, to stdout")
    .option("--keep", "keep the refresh token in that file too: fetch renews the token by itself")
    .option("--port <number>", "of the redirect URI http://127.0.0.1:PORT/callback; 0 is any", "0")
    .option("--no-browser", "print the address and open no browser")
    .option("--timeout <seconds>", "how long to wait for the login", "300")
    .option("--json", "with --out, print {file, token_type, thumbprint, scope, expires_at} as JSON")
    .addHelpText(
      "after",
      example(
        "dpop-edge login --key key.json --issuer https://idp.example --client-id web --scope openid --out token.json --keep",
        "dpop-edge login --key key.json --issuer https://idp.example --client-id agent --client-secret @secret --client-credentials --out token.json",
      ),
    )
    .action(async (options: LoginOptions) => {
      const { login } = await import("./login.ts");
      finish(await login(options));
    });
}
