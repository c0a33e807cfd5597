import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "policy engines",
    include: ["test/policy-engines/**/*.test.ts"],
    environment: "node",
    testTimeout: 60_000,
    // The first time both servers are compiled.
    hookTimeout: 1_200_000,
  },
});
