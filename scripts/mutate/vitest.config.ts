import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { mutated } from "./mutants.ts";

// One run of the core's tests on Node with one mutant in place: nothing is written to the tree.

const root = fileURLToPath(new URL("../../", import.meta.url));
const mutant: unknown = JSON.parse(process.env.MUTANT ?? "null");

export default defineConfig({
  root,
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      load(id) {
        if (!isMutant(mutant) || id !== `${root}${mutant.file}`) return null;
        return mutated(readFileSync(id, "utf8"), mutant);
      },
    },
  ],
  test: {
    include: ["test/core/**/*.test.ts"],
    environment: "node",
    isolate: false,
    // It would keep one mutant for the next, whose sources are the same.
    fsModuleCache: false,
    testTimeout: 20_000,
  },
});

interface Placed {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function isMutant(value: unknown): value is Placed {
  return typeof value === "object" && value !== null && "file" in value && "text" in value;
}
