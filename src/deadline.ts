/**
 * Whether `work` settled within that many milliseconds: the one way to wait for what another request
 * has begun. On Workers it is that request's:
 * - Cancelled, it takes its timers and fetches with it, and what it promised to others never settles.
 *   So the timer belongs to whoever asks.
 * - A promise of `new Promise`, of `then` or of an async function loses, once V8 has optimized that
 *   code, the runtime's mark of whose it is: who waits for it alone goes on in the request that
 *   settled it, where the platform refuses its I/O. One of `withResolvers` keeps the mark.
 */
export async function settlesWithin(
  milliseconds: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), milliseconds);
  const settled = () => resolve(true);
  work.then(settled, settled);
  const inTime = await promise;
  // Not in `settled`: it may run in the other request, which has no such timer.
  clearTimeout(timer);
  return inTime;
}
