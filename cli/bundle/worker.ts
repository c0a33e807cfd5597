import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import type { Configuration } from "../../src/configuration.ts";
import { mechanismFile, moduleText } from "../compile/configuration-module.ts";
import { loadTool } from "./load-tool.ts";

/** The Worker that is deployed, from source or from dist, whichever this file is in. */
function workerFor({ revocation }: Configuration): string {
  const name = revocation === undefined ? "worker" : "revoking-worker";
  const file = `../../adapters/cloudflare/${name}${extname(fileURLToPath(import.meta.url))}`;
  return fileURLToPath(new URL(file, import.meta.url));
}

/** One ES module: the Worker with `configuration` where `#documents` would be. */
export async function bundleWorker(configuration: Configuration): Promise<string> {
  const { build } = await loadTool<typeof import("esbuild")>("esbuild");
  const worker = workerFor(configuration);
  const { outputFiles } = await build({
    entryPoints: [worker],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    sourcemap: "inline",
    logLevel: "silent",
    plugins: [documents(configuration)],
  });
  const [module] = outputFiles;
  if (module === undefined) throw new Error(`esbuild made nothing of ${worker}.`);
  return module.text;
}

/** Puts `configuration`, with the mechanisms that it needs, where `#documents` is imported. */
export function documents(configuration: Configuration): Plugin {
  return {
    name: "documents",
    setup(build) {
      build.onResolve({ filter: /^#documents$/ }, ({ path }) => ({ path, namespace: "documents" }));
      build.onLoad({ filter: /.*/, namespace: "documents" }, () => ({
        contents: moduleText(configuration, mechanismFile),
        loader: "js",
        resolveDir: "/",
      }));
    },
  };
}
