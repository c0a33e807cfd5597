import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import { clientSecret, key } from "../options.ts";
import type { ProxyOptions } from "./proxy.ts";

export function addProxy(program: Command, finish: Finish): void {
  program
    .command("proxy")
    .description("a local way in for tools that know no DPoP: adds token and proof to what passes")
    .requiredOption("--to <url>", "where requests go: an API, or an MCP server")
    .requiredOption(...key)
    .option(
      "--token <token>",
      "the access token; @FILE reads it from a file, and again once it has changed",
    )
    .option("--issuer <url>", "log in there, and renew the token in time")
    .option("--client-id <id>", "who this client is there")
    .option(...clientSecret)
    .option("--client-credentials", "log in as the client itself, without a browser")
    .option("--scope <scopes>", "what is asked for there, separated by spaces")
    .option("--resource <url>", "what the token is for (RFC 8707); --to by default")
    .option("--no-browser", "print the address of the login and open no browser")
    .option("--listen <address>", "a loopback address and port; 0 is any port", "127.0.0.1:0")
    .option(
      "--secret <secret>",
      "the first part of the path; @FILE reads it from a file; made up by default",
    )
    .option("--cookies", "let cookies pass, both ways; they are left out by default")
    .option("--stdio", "speak MCP over stdin and stdout in place of listening")
    .option("--json", "print {url, to} as JSON")
    .addHelpText(
      "after",
      example(
        "dpop-edge proxy --listen 127.0.0.1:8080 --to https://mcp.example --key agent.jwk --token @token.json",
        "dpop-edge proxy --stdio --to https://mcp.example/mcp --key agent.jwk --issuer https://idp.example --client-id agent",
      ),
    )
    .action(async (options: ProxyOptions) => {
      const { proxy } = await import("./proxy.ts");
      finish(await proxy(options));
    });
}
