import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);

test("whatever an adapter logs, the one maker of lines has made", () => {
  const files = ["adapters/aws/", "adapters/cloudflare/"].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => new URL(`${folder}${name}`, root)),
  );
  const calls = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/console\.\w+\(\s*(\w+)/g)].map(([, made]) => made),
  );
  expect(calls.length).toBeGreaterThan(3);
  expect(new Set(calls)).toEqual(new Set(["logLine"]));
});
