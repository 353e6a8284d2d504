const LONGEST_MS = 10_000;

/** Lets everything else run until a condition holds: for what happens on real sockets. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`did not come about: ${what}`);
    await new Promise((resolve) => void setImmediate(resolve));
  }
}
