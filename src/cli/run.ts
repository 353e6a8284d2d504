import { messageOf } from '../model/failure.ts';
import { readConfig } from './config-file.ts';
import { EXIT, type Agent, type CliHost, type ExitCode } from './host.ts';

/** `octowatch run`: the agent, until a signal; SIGHUP reloads. */
export async function run(host: CliHost, options: { config?: string }): Promise<ExitCode> {
  const config = readConfig(host, options.config);
  const log = host.createLog(config.log.level);
  const agent = await host.startAgent({
    loadConfig: () => readConfig(host, options.config),
    log,
    print: host.print,
    workingDirectory: host.workingDirectory,
    programRoot: host.programRoot,
    version: host.version,
  });
  log.info({ url: agent.url, version: host.version }, 'octowatch is up');
  host.onHangup(() => void reload(agent, host));
  await untilStopped(host.signal);
  log.info({}, 'octowatch stops');
  await agent.stop();
  return EXIT.ok;
}

async function reload(agent: Agent, host: CliHost): Promise<void> {
  try {
    await agent.reload();
  } catch (error) {
    host.printError(`the old configuration stays: ${messageOf(error)}`);
  }
}

/** Resolves when the signal is aborted. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
