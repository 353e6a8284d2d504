import type { PollCollector, Target } from '../collect/contract.ts';
import { pollOnce, type PollResult } from '../collect/poll-once.ts';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { systemClock } from '../system/system-clock.ts';
import { readConfig } from './config-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { pointLines, pointTable } from './point-lines.ts';

const DEADLINE_MS = 30_000;

export interface CollectOptions {
  readonly config?: string;
  readonly tenant?: string;
  readonly output?: string;
}

/**
 * `octowatch collect NAME --once`: polls once, writes nothing, prints the points. Exit 1 when a poll failed.
 * @throws Failure `invalid` for a collector or tenant that is not there
 */
export async function collect(host: CliHost, name: string, options: CollectOptions): Promise<ExitCode> {
  const config = readConfig(host, options.config);
  let failed = 0;
  for (const tenant of tenantsOf(config, options.tenant))
    failed += await collectTenant(host, name, config, tenant, options.output);
  return failed > 0 ? EXIT.failure : EXIT.ok;
}

/** The tenant that is named, or all that have an API. */
function tenantsOf(config: Config, tenant: string | undefined): readonly string[] {
  const { instances } = config.fleet;
  const chosen = instances.filter((instance) =>
    tenant === undefined ? instance.url !== undefined : instance.tenant === tenant,
  );
  if (chosen.length > 0) return chosen.map((instance) => instance.tenant);
  throw new Failure(
    'invalid',
    tenant === undefined
      ? 'no instance in fleet.instances has a url: there is nothing to poll'
      : `no tenant ${tenant} in fleet.instances`,
  );
}

/** Resolves with how many polls failed. */
async function collectTenant(
  host: CliHost,
  name: string,
  config: Config,
  tenant: string,
  output: string | undefined,
): Promise<number> {
  const { target, client, close } = host.connect(config, tenant, host.createLog('warn'));
  try {
    const collectors = chooseCollectors(host.registry.pollCollectors({ clientFor: () => client }), name);
    let failed = 0;
    for (const collector of collectors) {
      const result = await poll(host, collector, target);
      show(host, tenant, collector.name, result, output);
      if (result.failure !== undefined) failed++;
    }
    return failed;
  } finally {
    await close();
  }
}

function chooseCollectors(collectors: readonly PollCollector[], name: string): readonly PollCollector[] {
  const chosen = collectors.filter(
    (collector) => collector.name === name || collector.name.startsWith(`${name}/`),
  );
  if (chosen.length > 0) return chosen;
  const names = collectors.map((collector) => collector.name).join(', ');
  throw new Failure('invalid', `no collector is called ${name}; there are ${names}`);
}

function poll(host: CliHost, collector: PollCollector, target: Target): Promise<PollResult> {
  const options = {
    clock: systemClock,
    log: host.createLog('warn'),
    metrics: NO_METRICS,
    state: null,
    deadlineMs: DEADLINE_MS,
    isSource: () => true,
  };
  return pollOnce(collector, target, options, host.signal);
}

function show(
  host: CliHost,
  tenant: string,
  collector: string,
  { points, failure }: PollResult,
  output: string | undefined,
): void {
  if (failure !== undefined) host.printError(`${tenant} ${collector}: ${failure.message}`);
  else if (output === 'json') for (const line of pointLines(points, tenant)) host.print(line);
  else {
    host.print(`${tenant} ${collector}: ${points.length} ${points.length === 1 ? 'point' : 'points'}`);
    for (const line of pointTable(points)) host.print(`  ${line}`);
  }
}
