/** Looks at the clock in every turn of the event loop: the longest turn is how long something else had to wait. */
export interface Blocks {
  /** Does what does not count. */
  pause(work: () => void): void;
  /** ms. */
  longest(): number;
}

export function longestBlockOf(signal: AbortSignal): Blocks {
  let last = performance.now();
  let longest = 0;
  function look(): void {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!signal.aborted) setImmediate(look);
  }
  setImmediate(look);
  return {
    pause(work) {
      work();
      last = performance.now();
    },
    longest: () => longest,
  };
}
