import { messageOf } from '../model/failure.ts';
import type { Log } from '../model/ports.ts';
import { readConfig } from './config-file.ts';
import { EXIT, type Agent, type CliHost, type ExitCode } from './host.ts';

/** `octowatch run`: the agent, until a signal; SIGHUP reloads. */
export async function run(host: CliHost, options: { config?: string }): Promise<ExitCode> {
  const config = readConfig(host, options.config);
  const log = host.createLog(config.log.level);
  const warn = (warning: string): void =>
    log.warn({ warning }, 'the configuration should be written otherwise');
  const starting = host.startAgent({
    loadConfig: () => readConfig(host, options.config, warn),
    log,
    print: host.print,
    workingDirectory: host.workingDirectory,
    programRoot: host.programRoot,
    version: host.version,
  });
  // Already now: a hang-up that nobody listens to would end the process.
  host.onHangup(() => void reload(starting, log));
  const agent = await starting;
  log.info({ url: agent.url, version: host.version }, 'octowatch is up');
  await untilStopped(host.signal);
  log.info({}, 'octowatch stops');
  await agent.stop();
  return EXIT.ok;
}

async function reload(starting: Promise<Agent>, log: Log): Promise<void> {
  try {
    const agent = await starting;
    await agent.reload();
    log.info({}, 'configuration reloaded');
  } catch (error) {
    log.error({ error: messageOf(error) }, 'the configuration was not reloaded, the old one stays');
  }
}

/** Resolves when the signal is aborted. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
