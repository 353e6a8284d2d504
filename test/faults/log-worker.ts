import { parentPort, workerData } from 'node:worker_threads';
import { LogFile } from './log-file.ts';
import { stampsOf, type Stamps } from './stamps.ts';

/** What the thread is started with. */
export interface LogWorkerData {
  readonly directory: string;
  readonly stamps: Stamps;
  readonly linesPerSecond: number;
}

export type LogCommand =
  | { readonly kind: 'rename' | 'copy' | 'copyTruncate' | 'appendHalf' | 'pause' | 'resume' | 'look' }
  | { readonly kind: 'truncate'; readonly first: number }
  | { readonly kind: 'replaceWhole'; readonly lines: number };

/** What a command is answered with. */
export interface LogState {
  readonly written: number;
  readonly exposed: readonly (readonly [number, number])[];
}

const TICK_MS = 10;
/** A writer that was held up catches up at this many times its rate at most. */
const HASTE = 4;

const { directory, stamps, linesPerSecond }: LogWorkerData = workerData;
const log = new LogFile(directory, stampsOf(stamps));
let due = 0;
let lastAt = performance.now();
let paused = true;

function tick(): void {
  const now = performance.now();
  if (!paused) due += ((now - lastAt) / 1000) * linesPerSecond;
  lastAt = now;
  const lines = Math.min(Math.floor(due), Math.ceil((linesPerSecond * TICK_MS * HASTE) / 1000));
  if (lines === 0) return;
  due -= lines;
  log.append(lines);
}

function obey(command: LogCommand): void {
  if (command.kind === 'look') return;
  if (command.kind === 'pause' || command.kind === 'resume') {
    paused = command.kind === 'pause';
    due = 0;
    if (paused) log.append(0);
  } else if (command.kind === 'truncate') log.truncate(command.first);
  else if (command.kind === 'replaceWhole') log.replaceWhole(command.lines);
  else log[command.kind]();
}

setInterval(tick, TICK_MS);
parentPort?.on('message', ({ id, command }: { id: number; command: LogCommand }) => {
  obey(command);
  const state: LogState = { written: log.written, exposed: log.exposed };
  parentPort?.postMessage({ id, state });
});
