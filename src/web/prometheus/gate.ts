import { Failure } from '../../model/failure.ts';

export interface GateOptions {
  /** How many work at once. */
  readonly running: number;
  /** How many may wait for their turn. */
  readonly waiting: number;
}

/** Lets only so many work at once; the others wait in line. */
export interface Gate {
  /**
   * Runs `work` when its turn comes.
   * @throws Failure `rate_limited` when the line is full; the signal's reason when it is aborted while waiting
   */
  enter<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** A gate that nobody has entered yet. */
export function createGate({ running, waiting }: GateOptions): Gate {
  const line = new Set<() => void>();
  let inside = 0;

  function turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (inside < running) {
      inside++;
      return Promise.resolve();
    }
    if (line.size >= waiting)
      throw new Failure('rate_limited', `${running} queries run and ${waiting} wait: ask again later`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    line.add(resolve);
    const leave = (): void => {
      if (line.delete(resolve)) reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', leave));
  }

  function next(): void {
    const [first] = line;
    if (first === undefined) inside--;
    else {
      line.delete(first);
      first();
    }
  }

  return {
    async enter(signal, work) {
      await turn(signal);
      try {
        return await work();
      } finally {
        next();
      }
    },
  };
}
