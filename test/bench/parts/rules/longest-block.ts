/**
 * Looks at the clock in every turn of the event loop: the longest turn is how long something else had to wait. Counted
 * twice: as time of the main thread's CPU, which a busy machine does not stretch, and as time on the wall.
 */
export interface Blocks {
  /** Does what does not count. */
  pause(work: () => void): void;
  /** ms of the main thread's CPU, and ms on the wall. */
  longest(): { cpuMs: number; wallMs: number };
}

export function longestBlockOf(signal: AbortSignal): Blocks {
  const longest = { cpuMs: 0, wallMs: 0 };
  let cpu = threadCpuMs();
  let wall = performance.now();
  function begin(): void {
    cpu = threadCpuMs();
    wall = performance.now();
  }
  function look(): void {
    longest.cpuMs = Math.max(longest.cpuMs, threadCpuMs() - cpu);
    longest.wallMs = Math.max(longest.wallMs, performance.now() - wall);
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
