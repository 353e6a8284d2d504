/** Bounds how much runs at a time. */
export interface Slots {
  /** Resolves with the function that gives the slot back; rejects with the signal's reason. */
  acquire(signal: AbortSignal | undefined): Promise<() => void>;
}

/** `limit` slots, handed out in the order they were asked for. */
export function createSlots(limit: number): Slots {
  const waiting = new Set<() => void>();
  let free = limit;

  function release(): void {
    free++;
    const [next] = waiting;
    next?.();
  }

  function take(): () => void {
    free--;
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  }

  function acquire(signal: AbortSignal | undefined): Promise<() => void> {
    if (signal?.aborted === true) return Promise.reject(signal?.reason);
    if (free > 0) return Promise.resolve(take());
    return new Promise((resolve, reject) => {
      function grant(): void {
        leave();
        resolve(take());
      }
      function onAbort(): void {
        leave();
        reject(signal?.reason);
      }
      function leave(): void {
        waiting.delete(grant);
        signal?.removeEventListener('abort', onAbort);
      }
      waiting.add(grant);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  return { acquire };
}
