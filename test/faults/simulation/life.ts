/**
 * One process, from its start to its end. What a dead one waits for never settles, so that nothing of it runs on:
 * no `finally`, no `catch`, as after SIGKILL.
 */
export interface Life {
  readonly number: number;
  alive: boolean;
  /** SIGSTOP: until then (ms) nothing of it runs. */
  pausedUntil: number;
}

export function newLife(number: number): Life {
  return { number, alive: true, pausedUntil: 0 };
}

/** What a dead process waits for. A new promise each time: reactions to a shared one would pile up. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
