import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import { clientSecret, key, resource, token } from "../options.ts";
import type { FetchOptions } from "./fetch.ts";

export function addFetch(program: Command, finish: Finish): void {
  program
    .command("fetch")
    .description("call an API with a bound token: curl with DPoP, its nonce and its one retry")
    .argument("<url>", "the URL to ask")
    .requiredOption(...key)
    .option(...token)
    .option("--issuer <url>", "in place of --token: log in there with client credentials")
    .option("--client-id <id>", "who this client is there")
    .option(...clientSecret)
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
