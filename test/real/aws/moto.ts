import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { runProgram } from '../go-program.ts';

/** The release that the parts in `moto/` complete. */
const MOTO = 'moto[server]==5.2.5';

const cache = join(import.meta.dirname, '..', '..', '..', '.cache');
const venv = join(cache, 'moto-5.2.5');
const python = join(venv, 'bin', 'python');
const INSTALL_DEADLINE_MS = 5 * 60_000;
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 10_000;

/** A double of AWS: moto, completed by the parts in `moto/`; empty at first. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

/** Why tests against moto cannot run here; in CI nothing is skipped: a machine without Python fails and says so. */
export function skipWithoutPython(): string | false {
  if (process.env.CI === 'true') return false;
  return spawnSync('python3', ['-m', 'venv', '-h']).status === 0 ? false : 'no python3 with venv on the PATH';
}

/**
 * Starts moto on a port of its own; installed from PyPI at the first call (half a minute).
 * @throws Error with what `pip` or moto said
 */
export async function startMoto(): Promise<Moto> {
  await install();
  const script = join(import.meta.dirname, 'moto', 'serve.py');
  const child = spawn(python, ['-B', script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const port = await portOf(child);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      // one that has crashed tells so no more
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Two test files may ask at once: the second waits for the first. */
async function install(): Promise<void> {
  const complete = join(venv, 'complete');
  if (existsSync(complete)) return;
  mkdirSync(cache, { recursive: true });
  const script = `test -e "$1/complete" || { python3 -m venv --clear "$1" && "$1/bin/pip" install -q "$2" && touch "$1/complete"; }`;
  const command = ['sh', '-c', script, 'sh', venv, MOTO];
  const hasLock = spawnSync('flock', ['--version']).status === 0;
  const [program = 'sh', ...args] = hasLock ? ['flock', join(cache, 'moto.lock'), ...command] : command;
  const { code, stderr } = await runProgram(program, args, { deadlineMs: INSTALL_DEADLINE_MS });
  if (code !== 0) throw new Error(`${MOTO} could not be installed: exit code ${code}\n${stderr}`);
}

/** The one line that it prints. */
async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null || child.stderr === null) throw new Error('moto was started without pipes');
  let said = '';
  // it tells of each action that it does not know: shown only when it does not start
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  const late = setTimeout(() => child.kill(), START_DEADLINE_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(late);
    const { port }: { port: number } = JSON.parse(line);
    return port;
  }
  throw new Error(`moto ended before it listened\n${said}`);
}
