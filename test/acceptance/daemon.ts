import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { messageOf } from '../../src/model/failure.ts';
import { startChild, type Child, type Ending } from './child.ts';
import { eventually } from './eventually.ts';

const START_MS = 30_000;
const STOP_MS = 15_000;

/** octowatch.yml as an object; `data_dir` and `web.listen` (any free port) have defaults. */
export interface TestConfig {
  readonly data_dir?: string;
  readonly web?: object;
  readonly [key: string]: unknown;
}

export interface DaemonOptions {
  /** Leave `log.level` at info or debug: the address is read from the log. */
  readonly config: TestConfig;
  /** YAML that is pasted below it as it is; it has none of its keys. */
  readonly pasted?: string;
  /** Where octowatch.yml and the data go. Start again in the same directory to start after a crash. */
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `ready` (default): every rule group was evaluated. `up`: it listens. */
  readonly waitFor?: 'ready' | 'up';
}

/** A running `octowatch run`. */
export interface Daemon extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** The configuration file: write it anew before a reload. */
  readonly configFile: string;
  readonly dataDirectory: string;
  /** What writes over HTTP must bring. */
  readonly token: string;
  /** Lines written so far; both grow while it runs. stderr holds the log, one JSON object a line. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Sends a signal without waiting. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal (SIGTERM when left out) and waits for the end. @throws Error when it does not end in 15 s */
  stop(signal?: NodeJS.Signals): Promise<Ending>;
  /** Ends it as a crash does. */
  kill9(): Promise<Ending>;
}

/** Writes the configuration and starts an agent on it. @throws Error with what it said when it does not come up */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { directory, config, pasted, waitFor = 'ready' } = options;
  const configFile = writeConfig(directory, config, pasted);
  const child = startChild(['run', '--config', configFile], options);
  try {
    const url = await orEnd(child, 'the daemon listens', () => urlOf(child));
    if (waitFor === 'ready') await orEnd(child, 'the daemon is ready', () => isReady(url));
    return describe(child, url, configFile, config.data_dir ?? join(directory, 'data'));
  } catch (error) {
    child.kill('SIGKILL');
    await child.ended;
    throw new Error([messageOf(error), ...child.stderr].join('\n'), { cause: error });
  }
}

/** Writes `<directory>/octowatch.yml` with the defaults of a test filled in; returns its path. */
export function writeConfig(directory: string, config: TestConfig, pasted = ''): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'octowatch.yml');
  const web = { listen: '127.0.0.1:0', ...config.web };
  writeFileSync(file, `${stringify({ data_dir: join(directory, 'data'), ...config, web })}${pasted}`);
  return file;
}

/** What `look` finds. @throws Error as soon as the process has ended */
async function orEnd<Value>(
  child: Child,
  what: string,
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const found = await eventually(
    what,
    async () => {
      if (child.ending() !== undefined) return { value: undefined };
      const value = await look();
      return value !== undefined && { value };
    },
    START_MS,
  );
  if (found.value === undefined) throw new Error(`the daemon ended before: ${what}`);
  return found.value;
}

function describe(child: Child, url: string, configFile: string, dataDirectory: string): Daemon {
  async function end(signal: NodeJS.Signals): Promise<Ending> {
    child.kill(signal);
    const late = new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), STOP_MS).unref();
    });
    const ending = await Promise.race([child.ended, late]);
    if (ending !== undefined) return ending;
    child.kill('SIGKILL');
    throw new Error(`the daemon did not end ${STOP_MS / 1000} s after ${signal}`);
  }
  return {
    url,
    pid: child.pid,
    configFile,
    dataDirectory,
    token: readFileSync(join(dataDirectory, 'token'), 'utf8').trim(),
    stdout: child.stdout,
    stderr: child.stderr,
    signal: child.kill,
    stop: (signal = 'SIGTERM') => end(signal),
    kill9: () => end('SIGKILL'),
    [Symbol.asyncDispose]: async () => void (child.ending() ?? (await end('SIGKILL'))),
  };
}

function urlOf(child: Child): string | undefined {
  const line = child.stderr.find((text) => text.includes('"octowatch is up"'));
  return line === undefined ? undefined : JSON.parse(line).url;
}

async function isReady(url: string): Promise<true | undefined> {
  const response = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2000) });
  await response.text();
  return response.ok ? true : undefined;
}
