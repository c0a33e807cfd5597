import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "site",
    include: ["test/site/**/*.test.ts"],
    environment: "node",
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
