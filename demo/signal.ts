/** A signal that asks us to end, and the exit code that says so. */
const codes = { SIGINT: 130, SIGTERM: 143 } as const;
const names = ["SIGINT", "SIGTERM"] as const;

export interface Interruption {
  readonly code: 0 | 130 | 143;
}

/**
 * Resolves with the first signal, or where nobody reads on (`demo | head`). The listeners stay: npm
 * passes a second SIGINT on, which must not end us before what we started.
 */
export function interrupted(): Promise<Interruption> {
  return new Promise((resolve, reject) => {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") resolve({ code: 0 });
      else reject(error);
    });
    for (const name of names) process.on(name, () => resolve({ code: codes[name] }));
  });
}

/** Runs something that may put listeners of its own to the signals, and takes those away. */
export async function keepingSignals<Result>(run: () => Promise<Result>): Promise<Result> {
  const ours = names.flatMap((name) => process.listeners(name));
  const result = await run();
  for (const name of names) {
    for (const listener of process.listeners(name)) {
      if (!ours.includes(listener)) process.off(name, listener);
    }
  }
  return result;
}
