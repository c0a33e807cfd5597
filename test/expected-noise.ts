import type { Reporter } from "vitest/node";

/** What workerd and its plugin say of things that tests bring about; each line in full but for its paths. */
const expected = [
  // vitest's worker asks for node:inspector, which a Worker without Node's modules does not have.
  /^\[vitest-plugin\] "node:inspector", required from /,
  /^Fallback service failed to fetch module; payload = ; spec = \/\?specifier=node%3Ainspector&/,
  // Objects that a test crashes (test/worker/replay-contract.test.ts, replay-generation.test.ts).
  /broken\.outputGateBroken; jsg\.Error: crashed\b/,
];

/** Keeps it out of the output: among a thousand such lines nobody sees the one that is news. */
export default class ExpectedNoise implements Reporter {
  onInit(): void {
    for (const stream of [process.stdout, process.stderr]) {
      const write = stream.write.bind(stream);
      stream.write = (text: string | Uint8Array, ...rest: never[]): boolean =>
        (typeof text === "string" && expected.some((line) => line.test(text))) ||
        write(text, ...rest);
    }
  }
}
