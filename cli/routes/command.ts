import type { Command } from "commander";
import { example } from "../example.ts";
import type { Finish } from "../exit.ts";
import { config } from "../options.ts";
import type { RoutesOptions } from "./routes.ts";

export function addRoutes(program: Command, finish: Finish): void {
  program
    .command("routes")
    .description(
      "list the rules in the order in which they are asked, or say which takes a request",
    )
    .argument("[method]", "of a request: GET, POST")
    .argument("[url]", "of a request, or its path alone")
    .option(...config)
    .option("--json", "print {rows, verdict, ok} as JSON")
    .addHelpText("after", example("dpop-edge routes", "dpop-edge routes GET /api/orders"))
    .action(async (method: string | undefined, url: string | undefined, options: RoutesOptions) => {
      const { routes } = await import("./routes.ts");
      finish(routes(method, url, options));
    });
}
