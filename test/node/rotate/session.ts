import { createInterface } from "node:readline";
import { createProgram } from "../../../cli/program.ts";

// Runs the commands that it reads, a JSON array a line, one after the other in one process, and
// answers each with {code, stdout, stderr}: a start of Node for each would be most of the test.

for await (const line of createInterface({ input: process.stdin })) {
  const written = { stdout: "", stderr: "" };
  const [stdout, stderr] = [capture("stdout"), capture("stderr")];
  let code = 0;
  try {
    await createProgram((given) => {
      code = given;
    }).parseAsync(JSON.parse(line), { from: "user" });
  } catch (error) {
    const known = error instanceof Error && { UsageError: 2, UnansweredError: 3 }[error.name];
    if (!known) throw error;
    code = known;
    written.stderr += error.message;
  }
  stdout();
  stderr();
  process.stdout.write(`${JSON.stringify({ code, ...written })}\n`);

  function capture(name: "stdout" | "stderr"): () => void {
    const { write } = process[name];
    process[name].write = (text: string | Uint8Array) => {
      written[name] += text;
      return true;
    };
    return () => {
      process[name].write = write;
    };
  }
}
