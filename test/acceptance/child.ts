import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** The program as a process of its own. */
export interface Child {
  readonly pid: number;
  /** What it wrote so far, line by line; both grow while it runs. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Resolves when it has ended and everything it wrote was read. */
  readonly ended: Promise<Ending>;
  /** Undefined once it has ended. */
  ending(): Ending | undefined;
  kill(signal: NodeJS.Signals): void;
}

/** How a process ended: one of the two is null. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `octowatch ARGS…` from the sources; it does not outlive the test process. */
export function startChild(args: readonly string[], { directory, env = {} }: ChildOptions): Child {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    // None of the caller's settings: only what a program needs to start.
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const orphaned = (): void => void child.kill('SIGKILL');
  process.once('exit', orphaned);
  let ending: Ending | undefined;
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.removeListener('exit', orphaned);
      ending = { code, signal };
      resolve(ending);
    });
  });
  return {
    pid: child.pid ?? 0,
    stdout: linesOf(child.stdout),
    stderr: linesOf(child.stderr),
    ended,
    ending: () => ending,
    kill: (signal) => void child.kill(signal),
  };
}

function linesOf(stream: Readable): readonly string[] {
  const lines: string[] = [];
  createInterface({ input: stream }).on('line', (line) => lines.push(line));
  return lines;
}
