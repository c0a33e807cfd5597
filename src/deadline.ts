/**
 * Whether `work` settled within that many milliseconds. Nothing here waits for a promise alone:
 * a request that is cancelled on Workers takes its timers and fetches with it, and what it promised
 * to others never settles. The timer belongs to whoever asks.
 */
export function settlesWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    const settled = () => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(settled, settled);
  });
}
