import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cpuOf, rssOf } from './process-figures.ts';

const root = join(import.meta.dirname, '../../..');

/** A process under measurement. */
export interface Measured {
  readonly child: ChildProcess;
  /** CPU-seconds, user and system, of all its threads. */
  cpu(): number;
  /** Resident memory now and at its highest, MiB. */
  rss(): { now: number; peak: number };
  /** Begins the peak anew. */
  resetPeak(): void;
}

/** The fake server that counts events, and its address. */
export async function startSink(): Promise<{ url: string; stop(): void; ask<T>(path: string): Promise<T> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sink.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await firstLine(child);
  const ask = async <T>(path: string): Promise<T> => (await (await fetch(url + path)).json()) as T;
  return { url, stop: () => void child.kill(), ask };
}

/** Makes what the package ships: types are stripped before, and not in the process that is measured. */
export function build(): void {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** An edge as its launcher starts it, tailing the files of one tenant into `store`. */
export class Edge implements Measured {
  readonly directory = mkdtempSync(join(tmpdir(), 'octowatch-bench-'));
  readonly child: ChildProcess;
  readonly #pid: number;

  constructor(store: string, files: Readonly<Record<string, string>>, more: object = {}) {
    const config = {
      data_dir: join(this.directory, 'data'),
      role: 'edge',
      namespace: 'bench',
      web: { listen: '127.0.0.1:0' },
      fleet: {
        instances: [
          {
            tenant: 'acme',
            files: Object.fromEntries(
              Object.entries(files).map(([collector, name]) => [collector, [join(this.directory, name)]]),
            ),
          },
        ],
      },
      store: { elasticsearch: { nodes: [store] } },
      ...more,
    };
    const file = join(this.directory, 'octowatch.yml');
    writeFileSync(file, JSON.stringify(config, undefined, 1).replaceAll(/^ /gm, ''));
    const args = [join(root, 'bin/octowatch.mjs'), 'run', '--config', file];
    this.child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#pid = this.child.pid ?? 0;
  }

  /** The address of its metrics, once it is up. */
  async up(): Promise<string> {
    if (this.child.stderr === null) throw new Error('no log');
    for await (const line of createInterface({ input: this.child.stderr })) {
      const { url, msg, level } = JSON.parse(line) as { url?: string; msg: string; level: number };
      if (level >= 40) console.error(line);
      if (url !== undefined && msg === 'octowatch is up') {
        this.child.stderr.resume();
        return url;
      }
    }
    throw new Error('the edge ended before it was up');
  }

  cpu(): number {
    return cpuOf(this.#pid);
  }

  rss(): { now: number; peak: number } {
    return rssOf(this.#pid);
  }

  resetPeak(): void {
    writeFileSync(`/proc/${this.#pid}/clear_refs`, '5');
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the sink ended');
}
