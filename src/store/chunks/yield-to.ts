/** Lets others work between two slices. @throws the signal's reason */
export async function yieldTo(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  signal.throwIfAborted();
}

/** Counts work and says when it is time to yield: a slice is about a millisecond. */
export class Slice {
  #work = 0;

  /** @param samples handled just now; a series costs something besides */
  isOver(samples: number): boolean {
    this.#work += samples + 300;
    if (this.#work < 30_000) return false;
    this.#work = 0;
    return true;
  }
}
