import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A Worker of `source`, which imports the shard's own code from beside it. */
export async function bundledShard(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: source,
      loader: "ts",
      resolveDir: fileURLToPath(new URL("../adapters/cloudflare", import.meta.url)),
    },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*"],
  });
  return outputFiles[0]?.text ?? "";
}
