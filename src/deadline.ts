/**
 * Whether `work` settled within that many milliseconds. Nothing here waits for a promise alone:
 * a request that is cancelled on Workers takes its timers and fetches with it, and what it promised
 * to others never settles. The timer belongs to whoever asks.
 */
export async function settlesWithin(
  milliseconds: number,
  work: Promise<unknown>,
): Promise<boolean> {
  let timer: unknown;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([work.then(settled, settled), late]);
  } finally {
    clearTimeout(timer);
  }
}

function settled(): true {
  return true;
}
