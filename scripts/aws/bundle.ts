import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface BundleOptions {
  /** Names to entry modules, relative to the repository. */
  readonly entries: Readonly<Record<string, string>>;
  readonly outdir: string;
  /** The compiled documents, which stand where `#documents` is imported. */
  readonly documents: string;
}

/** The functions that serverless.yml deploys. */
export const functions = {
  authorizer: "adapters/aws/functions/authorizer.ts",
  proxy: "adapters/aws/functions/proxy.ts",
  keys: "adapters/aws/functions/keys.ts",
  upstream: "adapters/aws/functions/upstream.ts",
} as const;

/** One minified ES module a function; everything in it but Node itself. */
export async function bundleFunctions({
  entries,
  outdir,
  documents,
}: BundleOptions): Promise<void> {
  await build({
    absWorkingDir: root,
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
    alias: { "#documents": documents },
  });
}
