const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs `make` and takes away the listeners that it adds for signals that this process handles
 * itself: miniflare's would end the process at once, with an error code.
 */
export function withOwnSignals<T>(make: () => T): T {
  const own = signals.map((signal) => ({ signal, listeners: process.listeners(signal) }));
  const made = make();
  for (const { signal, listeners } of own) {
    if (listeners.length === 0) continue;
    for (const listener of process.listeners(signal))
      if (!listeners.includes(listener)) process.off(signal, listener);
  }
  return made;
}
