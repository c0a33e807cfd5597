/**
 * Says on a terminal what is waited for, once it takes over a second, and takes it away again;
 * elsewhere it says nothing.
 */
export async function waitingFor<T>(what: string, work: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return await work;
  const began = Date.now();
  let said = false;
  const timer = setInterval(() => {
    said = true;
    const seconds = Math.round((Date.now() - began) / 1000);
    process.stderr.write(`\r\x1b[Kwaiting for ${what}, ${seconds} s`);
  }, 1000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (said) process.stderr.write("\r\x1b[K");
  }
}
