import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Configuration } from "../../src/configuration.ts";
import { loadTool } from "./load-tool.ts";
import { documents } from "./worker.ts";

/** From source or from dist, whichever this file is in. */
const extension = extname(fileURLToPath(import.meta.url));
const entry = (name: string): string =>
  fileURLToPath(new URL(`../../adapters/aws/functions/${name}${extension}`, import.meta.url));

/** The functions that serverless.yml deploys: names to entry modules. */
export const functions: Readonly<Record<string, string>> = {
  authorizer: entry("authorizer"),
  proxy: entry("proxy"),
  keys: entry("keys"),
  upstream: entry("upstream"),
};

/** Writes one minified ES module a function, NAME.mjs; in it is everything but Node itself. */
export async function bundleFunctions(
  configuration: Configuration,
  outdir: string,
  entries: Readonly<Record<string, string>> = functions,
): Promise<void> {
  const { build } = await loadTool<typeof import("esbuild")>("esbuild");
  await build({
    entryPoints: { ...entries },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    legalComments: "none",
    logLevel: "warning",
    plugins: [documents(configuration)],
  });
}
