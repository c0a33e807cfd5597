import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "DynamoDB Local",
    include: ["test/dynamodb-local/**/*.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
