/** The longest turn of the event loop: how long something else had to wait. */
export interface Blocks {
  /** Does what does not count. */
  pause(work: () => void): void;
  /** ms. */
  longest(): number;
}

/**
 * Looks at two clocks in every turn of the event loop and believes the lesser: a busy machine stretches time on the
 * wall, and the CPU time of a thread moves in steps of some ms.
 */
export function longestBlockOf(signal: AbortSignal): Blocks {
  let longest = 0;
  let cpu = threadCpuMs();
  let wall = performance.now();
  function begin(): void {
    cpu = threadCpuMs();
    wall = performance.now();
  }
  function look(): void {
    longest = Math.max(longest, Math.min(threadCpuMs() - cpu, performance.now() - wall));
    begin();
    if (!signal.aborted) setImmediate(look);
  }
  setImmediate(look);
  return {
    pause(work) {
      work();
      begin();
    },
    longest: () => longest,
  };
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
