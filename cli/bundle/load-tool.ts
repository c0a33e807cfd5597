import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * esbuild or miniflare, which come with wrangler: our own, or the one that the wrangler of the
 * project in the working directory uses. Throws an Error that says what to install.
 */
export async function loadTool<Tool>(name: "esbuild" | "miniflare"): Promise<Tool> {
  const path = find(name);
  if (path === undefined) {
    throw new Error(
      `\`dpop-edge dev\` needs ${name}, which comes with wrangler. Install it: npm install --save-dev wrangler`,
    );
  }
  const module = await import(pathToFileURL(path).href);
  // Both are CommonJS: Node does not name every export of such a module.
  return module.default;
}

function find(name: string): string | undefined {
  return (
    resolved(import.meta.url, name) ??
    resolvedThroughWrangler(join(process.cwd(), "package.json"), name)
  );
}

function resolvedThroughWrangler(project: string, name: string): string | undefined {
  const wrangler = resolved(project, "wrangler/package.json");
  return wrangler === undefined ? undefined : resolved(wrangler, name);
}

function resolved(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
