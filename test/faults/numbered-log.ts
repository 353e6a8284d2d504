import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LogCommand, LogState, LogWorkerData } from './log-worker.ts';

/** A server log of numbered lines that a thread of its own writes. */
export interface NumberedLog extends AsyncDisposable {
  readonly file: string;
  /** Lines go on being written, or not, after the answer. A pause also ends a half-written line. */
  resume(): Promise<LogState>;
  pause(): Promise<LogState>;
  rename(): Promise<LogState>;
  copyTruncate(): Promise<LogState>;
  /** The first half of a copytruncate. */
  copy(): Promise<LogState>;
  /** Writes half a line; the other half comes with the next lines. */
  appendHalf(): Promise<LogState>;
  /** Empties the file; lines from the number `first` on are in no other file. */
  truncate(first: number): Promise<LogState>;
  /** A log of so many lines appears at once in the place of this one, which becomes an archive. */
  replaceWhole(lines: number): Promise<LogState>;
  look(): Promise<LogState>;
}

/** Makes `<directory>/OctopusServer.txt`, empty and paused. */
export function openNumberedLog(data: LogWorkerData): NumberedLog {
  const worker = new Worker(new URL('./log-worker.ts', import.meta.url), { workerData: data });
  const waiting = new Map<number, { done: (state: LogState) => void; failed: (error: Error) => void }>();
  let last = 0;
  worker.on('message', ({ id, state }: { id: number; state: LogState }) => {
    waiting.get(id)?.done(state);
    waiting.delete(id);
  });
  worker.on('error', (error) => {
    for (const { failed } of waiting.values())
      failed(error instanceof Error ? error : new Error(String(error)));
  });
  function send(command: LogCommand): Promise<LogState> {
    return new Promise((done, failed) => {
      waiting.set(++last, { done, failed });
      worker.postMessage({ id: last, command });
    });
  }
  const plain = (kind: Exclude<LogCommand['kind'], 'truncate' | 'replaceWhole'>) => () => send({ kind });
  return {
    file: join(data.directory, 'OctopusServer.txt'),
    resume: plain('resume'),
    pause: plain('pause'),
    rename: plain('rename'),
    copyTruncate: plain('copyTruncate'),
    copy: plain('copy'),
    appendHalf: plain('appendHalf'),
    truncate: (first) => send({ kind: 'truncate', first }),
    replaceWhole: (lines) => send({ kind: 'replaceWhole', lines }),
    look: plain('look'),
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  };
}
