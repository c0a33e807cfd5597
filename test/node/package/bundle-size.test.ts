import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { documents } from "../../../cli/bundle/worker.ts";
import { mechanismNames } from "../../../src/configuration/mechanism-name.ts";
import type { Configuration } from "../../../src/configuration.ts";
import { configuration } from "../../core/authorizer/world.ts";

/** The Worker as wrangler makes it of these documents: KiB of gzip, the modules that were read, and those of which anything is in it. */
async function bundled(settings: Configuration, worker = "worker") {
  const { outputFiles, metafile } = await build({
    entryPoints: [
      fileURLToPath(new URL(`../../../adapters/cloudflare/${worker}.ts`, import.meta.url)),
    ],
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [documents(settings)],
  });
  const size = gzipSync(outputFiles[0]?.contents ?? "").byteLength / 1024;
  const written = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const kept = written.flatMap(([module, { bytesInOutput }]) => (bytesInOutput > 0 ? module : []));
  return { size, modules: Object.keys(metafile.inputs), kept };
}

const optional =
  /src\/(mechanisms|cel|policy\/ask|introspection|identity|mcp|body|x509|message-signature|revocation)\b|revocation-list/;

test("a Worker whose documents use none of the optional mechanisms has none of them", async () => {
  const { size, kept } = await bundled({ ...configuration, needs: [] });
  expect(size).toBeLessThan(54);
  expect(kept.filter((module) => optional.test(module) && !/mechanisms\.ts$/.test(module))).toEqual(
    [],
  );
});

test("CEL's extensions come with an expression that calls one of them, templates' functions with theirs", async () => {
  const plain = await bundled({ ...configuration, needs: ["cel"] });
  expect(plain.modules.join("\n")).not.toMatch(/cel\/extensions|mint\/functions\/(?!loops|bounds)/);
  const names = mechanismNames.filter((name) => /^(cel|template)/.test(name));
  const { size } = await bundled({ ...configuration, needs: names });
  expect(size).toBeLessThan(60);
});

test("a Worker with CEL and templates of every kind, and all else there is, stays under 81 KiB", async () => {
  // A Worker has no files to read a mapping from: such documents do not compile for it.
  const needs = mechanismNames.filter((name) => name !== "secretMapping");
  const { size, modules } = await bundled({ ...configuration, needs }, "revoking-worker");
  expect(size).toBeLessThan(81);
  expect(modules.filter((module) => /src\/mechanisms\//.test(module))).toHaveLength(needs.length);
  expect(modules.join("\n")).not.toMatch(/node_modules\/(@marcbachmann|yaml|zod)|src\/documents/);
});
