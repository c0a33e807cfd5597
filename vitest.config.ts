import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const core = "test/core/**/*.test.ts";
/** With the object of `serve.revocation`, which wrangler.toml leaves out. */
const workerd = () =>
  cloudflareTest({
    wrangler: { configPath: "./wrangler.toml" },
    main: "./adapters/cloudflare/revoking-worker.ts",
    miniflare: {
      durableObjects: { REVOCATIONS: { className: "RevocationList", useSQLite: true } },
    },
  });
/** Milliseconds: a busy machine is no failure. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters: ["./test/expected-noise.ts", "default", "./test/closing-line.ts"],
    // oidc-provider says of every default that it is one.
    onConsoleLog: (text) => (/^oidc-provider (?:WARNING|NOTICE): /.test(text) ? false : undefined),
    // Much of the time goes into waiting for processes: one worker would leave half of two cores idle.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "core on node",
          include: [core],
          environment: "node",
          isolate: false,
          ...patience,
        },
      },
      {
        plugins: [workerd()],
        test: { name: "core on workerd", include: [core], isolate: false, ...patience },
      },
      {
        plugins: [workerd()],
        test: { name: "worker on workerd", include: ["test/worker/**/*.test.ts"], ...patience },
      },
      {
        test: {
          name: "node",
          include: ["test/node/**/*.test.ts"],
          environment: "node",
          // What tests start is compiled once, not at each start. In a folder of our own: who writes it runs there.
          env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("build/compiled", import.meta.url)) },
          ...patience,
        },
      },
    ],
  },
});
