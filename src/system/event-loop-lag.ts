import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the event loop is asked, ms: shorter stalls may go unseen, and finer ones cost wake-ups of an idle machine. */
const RESOLUTION_MS = 50;

/** Watches how late the event loop is. */
export interface EventLoopLag extends Disposable {
  /** The longest delay since the last call, in seconds. */
  take(): number;
}

/** Begins to watch; native code that wakes nothing in JavaScript. */
export function watchEventLoop(): EventLoopLag {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  return {
    take() {
      const longest = delays.count === 0 ? 0 : delays.max / 1e9;
      delays.reset();
      return Math.max(0, longest - RESOLUTION_MS / 1000);
    },
    [Symbol.dispose]: () => void delays.disable(),
  };
}
