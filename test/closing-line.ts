import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with the one plain line that says how it went, all projects together. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
    process.stdout.write(
      `\n${count.passed} passed, ${count.failed + count.pending} failed${skipped}\n`,
    );
  }
}
