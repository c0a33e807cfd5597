import { type Command, Option } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import type { KeygenOptions } from "../keygen/keygen.ts";
import type { LoginOptions } from "../login/login.ts";
import type { ProofCommandOptions } from "../proof/proof.ts";
import type { FetchOptions } from "./fetch.ts";

const token = [
  "--token <token>",
  "the access token; @FILE reads it from a file, @- from stdin",
] as const;

/** `keygen`, `proof`, `login` and `fetch`. */
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
      const { keygen } = await import("../keygen/keygen.ts");
      finish(await keygen(options));
    });
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
      const { proof } = await import("../proof/proof.ts");
      finish(await proof(url, options));
    });
  addLogin(program, finish);
  addFetch(program, finish);
}

const key = ["--key <file>", "the client's key: JWK or PEM"] as const;
const secret = ["--client-secret <secret>", "@FILE reads it from a file, @- from stdin"] as const;
const resource = ["--resource <url>", "what the token is for (RFC 8707)"] as const;

function addLogin(program: Command, finish: Finish): void {
  program
    .command("login")
    .description(
      "get an access token that is bound to the key: in the browser, or as the client itself",
    )
    .requiredOption(...key)
    .requiredOption("--issuer <url>", "the issuer, as it names itself")
    .requiredOption("--client-id <id>", "who this client is there")
    .option(...secret)
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
      const { login } = await import("../login/login.ts");
      finish(await login(options));
    });
}

function addFetch(program: Command, finish: Finish): void {
  program
    .command("fetch")
    .description("call an API with a bound token: curl with DPoP, its nonce and its one retry")
    .argument("<url>", "the URL to ask")
    .requiredOption(...key)
    .option(...token)
    .option("--issuer <url>", "in place of --token: log in there with client credentials")
    .option("--client-id <id>", "who this client is there")
    .option(...secret)
    .option("--scope <scopes>", "what is asked for there")
    .option(...resource)
    .option("-X, --method <method>", "GET, or POST with --data, unless told")
    .option("-H, --header <line>", "'Name: value'; may be repeated", collect, [])
    .option("-d, --data <data>", "the body; @FILE reads it from a file, @- from stdin")
    .option("-L, --location", "follow redirects, with a new proof for each")
    .option("-i, --include", "print status and headers too")
    .option("-o, --output <file>", "write the body there")
    .option("--timeout <seconds>", "how long to wait for the answer", "30")
    .option("-v, --verbose", "show each request on stderr: proof, challenge and nonce, decoded")
    .option("--json", "print {status, headers, body, exchanges} as JSON")
    .addHelpText(
      "after",
      example(
        "dpop-edge fetch https://api.example.com/orders --key key.json --token @token.json -v",
        "dpop-edge fetch https://api.example.com/orders --key key.json --issuer https://idp.example --client-id agent --client-secret @secret",
      ),
    )
    .action(async (url: string, options: FetchOptions) => {
      const { fetchCommand } = await import("./fetch.ts");
      finish(await fetchCommand(url, options));
    });
}

function collect(line: string, lines: readonly string[]): string[] {
  return [...lines, line];
}
