import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "languages",
    include: ["test/languages/**/*.test.ts"],
    environment: "node",
    testTimeout: 900_000,
    hookTimeout: 60_000,
  },
});
