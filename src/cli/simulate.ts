import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { startSimulator } from '../simulator/simulator.ts';
import { systemClock } from '../system/system-clock.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { untilStopped } from './run.ts';

export interface SimulateOptions {
  readonly tenants: number;
  readonly seed: number;
  readonly directory: string;
}

/** `octowatch simulate`: a fleet on loopback with incidents drawn from the seed, and a configuration that watches it. */
export async function simulate(host: CliHost, options: SimulateOptions): Promise<ExitCode> {
  const directory = resolve(host.workingDirectory, options.directory);
  mkdirSync(directory, { recursive: true });
  await using simulator = await startSimulator({
    seed: options.seed,
    tenants: options.tenants,
    clock: systemClock,
    directory,
    incidents: 'random',
    log: host.createLog('warn'),
  });
  const file = join(directory, 'octowatch.yml');
  const instances = simulator.instances.map(({ tenant, url, apiKey, logFile, info }) => ({
    tenant,
    url,
    api_key: apiKey,
    info: { ...info },
    files: { 'octopus-server-log': [logFile] },
  }));
  const phone = { route: { receiver: 'phone' }, receivers: [{ name: 'phone', console_configs: [{}] }] };
  writeFileSync(file, stringify({ data_dir: join(directory, 'agent'), fleet: { instances }, ...phone }), {
    mode: 0o600,
  });
  host.print(`${simulator.instances.length} simulated instances, seed ${options.seed}. Watch them with:`);
  host.print(`  octowatch run --config ${file}`);
  await untilStopped(host.signal);
  return EXIT.ok;
}
