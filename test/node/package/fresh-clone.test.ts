import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// In a fresh clone nothing is compiled yet, and `npm pack` types everything.

const root = fileURLToPath(new URL("../../../", import.meta.url));
const files = globSync("{adapters,bench,demo,testing,scripts}/**/*.ts", { cwd: root });
const texts = files.map((file) => [file, readFileSync(join(root, file), "utf8")] as const);
const projects = globSync("{*,adapters/*}/tsconfig.json", { cwd: root }).map((file) =>
  dirname(file),
);

test("each project that imports the compiled documents declares them", () => {
  const within = (part: RegExp) =>
    new Set(
      texts
        .filter(([, text]) => part.test(text))
        .map(([file]) => projects.find((project) => file.startsWith(`${project}/`))),
    );
  const importing = within(/^import .* from "#documents";$/m);
  expect(importing.size).toBeGreaterThan(0);
  expect(importing).toEqual(within(/^declare module "#documents"/m));
});
