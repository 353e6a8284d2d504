import { startChild, type Child } from '../acceptance/child.ts';
import { writeConfig, type TestConfig } from '../acceptance/daemon.ts';
import { eventually } from '../acceptance/eventually.ts';
import { metricsOf } from '../acceptance/metrics.ts';

const START_MS = 60_000;
const STOP_MS = 15_000;

/** One entry of the agent's log. */
export interface LogEntry {
  readonly msg: string;
  readonly level: number;
  readonly [field: string]: unknown;
}

/** `octowatch run` on one data directory, through all its lives. */
export interface Agent extends AsyncDisposable {
  readonly isRunning: boolean;
  /** Starts it without waiting for anything. */
  launch(): void;
  /** Starts it and waits until it is ready. @throws Error with its last words when it is not */
  start(): Promise<void>;
  /** SIGTERM. @throws Error when it does not end with exit code 0 in 15 s */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  metrics(): Promise<ReadonlyMap<string, number>>;
  /** What it logged in all its lives. */
  log(): LogEntry[];
}

/** An agent that is not started yet; `octowatch.yml` and its data are in `directory`. */
export function createAgent(
  directory: string,
  config: TestConfig,
  env: Readonly<Record<string, string>>,
): Agent {
  const configFile = writeConfig(directory, config);
  const lives: Child[] = [];
  const current = (): Child | undefined => lives.at(-1);
  const isRunning = (): boolean => current() !== undefined && current()?.ending() === undefined;

  function launch(): void {
    if (isRunning()) throw new Error('the agent runs already');
    lives.push(startChild(['run', '--config', configFile], { directory, env }));
  }

  function urlNow(): string | undefined {
    if (!isRunning()) throw new Error(`the agent has ended: ${current()?.stderr.slice(-5).join('\n')}`);
    const line = current()?.stderr.find((text) => text.includes('"octowatch is up"'));
    return line === undefined ? undefined : JSON.parse(line).url;
  }

  async function isReady(): Promise<boolean> {
    const url = urlNow();
    if (url === undefined) return false;
    const response = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2000) });
    await response.text();
    return response.ok;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = current();
    if (child === undefined) return;
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    const { code } = await child.ended;
    clearTimeout(late);
    if (signal === 'SIGTERM' && code !== 0)
      throw new Error(`the agent did not end well: ${code}\n${child.stderr.slice(-5).join('\n')}`);
  }

  return {
    get isRunning() {
      return isRunning();
    },
    launch,
    async start() {
      launch();
      await eventually('the agent is ready or has ended', async () => !isRunning() || isReady(), START_MS);
      urlNow();
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    signal: (signal) => current()?.kill(signal),
    async metrics() {
      const url = urlNow();
      if (url === undefined) throw new Error('the agent does not listen yet');
      return metricsOf(url);
    },
    log: () => lives.flatMap((child) => child.stderr.map(parseEntry)),
    [Symbol.asyncDispose]: () => (isRunning() ? end('SIGKILL') : Promise.resolve()),
  };
}

function parseEntry(line: string): LogEntry {
  try {
    return JSON.parse(line);
  } catch {
    return { msg: line, level: 50 };
  }
}
