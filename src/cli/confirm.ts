import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

const YES = /^y(?:es)?$/i;

/** Asks a question; true for `y` and `yes` alone. @throws the signal's reason when it is aborted */
export async function confirm(
  question: string,
  input: Readable,
  output: Writable,
  signal: AbortSignal,
): Promise<boolean> {
  // Not as a terminal: then Ctrl-C would be ours to handle.
  const lines = createInterface({ input, output, terminal: false });
  const closed = once(lines, 'close').then(() => '');
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal }), closed]);
    return YES.test(answer.trim());
  } finally {
    lines.close();
  }
}
