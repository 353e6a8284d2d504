import { Failure } from '../model/failure.ts';
import type { Point } from '../model/point.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { systemClock } from '../system/system-clock.ts';
import { readConfig } from './config-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { formatTable } from './table.ts';

const DEADLINE_MS = 30_000;

export interface CollectOptions {
  readonly once?: boolean;
  readonly config?: string;
  readonly tenant?: string;
  readonly output?: string;
}

/** `octowatch collect NAME --once`: polls once, writes nothing, prints the points. */
export async function collect(host: CliHost, name: string, options: CollectOptions): Promise<ExitCode> {
  if (options.once !== true)
    throw new Failure('invalid', 'collect needs --once: it polls once and writes nothing');
  const config = readConfig(host, options.config);
  const tenants = config.fleet.instances
    .map(({ tenant }) => tenant)
    .filter((tenant) => options.tenant === undefined || tenant === options.tenant);
  if (tenants.length === 0)
    throw new Failure('invalid', `no instance ${options.tenant ?? ''} in fleet.instances`);
  let failed = 0;
  for (const tenant of tenants) failed += await collectTenant(host, name, config, tenant, options.output);
  return failed > 0 ? EXIT.failure : EXIT.ok;
}

async function collectTenant(
  host: CliHost,
  name: string,
  config: ReturnType<typeof readConfig>,
  tenant: string,
  output: string | undefined,
): Promise<number> {
  const log = host.createLog('warn');
  const { target, client, close } = host.connect(config, tenant, log);
  const collectors = host.registry
    .pollCollectors({ clientFor: () => client })
    .filter((collector) => collector.name === name || collector.name.startsWith(`${name}/`));
  if (collectors.length === 0)
    throw new Failure('invalid', `no collector is called ${name} (see docs/reference/metrics.md)`);
  let failed = 0;
  try {
    for (const collector of collectors) {
      const points: Point[] = [];
      const context = {
        signal: AbortSignal.any([host.signal, AbortSignal.timeout(DEADLINE_MS)]),
        clock: systemClock,
        log,
        metrics: NO_METRICS,
        state: null,
        isSource: () => true,
      };
      try {
        for await (const some of collector.poll(target, context)) points.push(...some);
      } catch (error) {
        failed++;
        host.printError(
          `${tenant} ${collector.name}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      show(host, tenant, collector.name, points, output);
    }
  } finally {
    await close();
  }
  return failed;
}

function show(
  host: CliHost,
  tenant: string,
  collector: string,
  points: readonly Point[],
  output: string | undefined,
): void {
  if (output === 'json') {
    for (const { dataset, time, dimensions, values } of points) {
      host.print(
        JSON.stringify({
          '@timestamp': new Date(time).toISOString(),
          dataset: dataset.name,
          tenant,
          ...dimensions,
          ...values,
        }),
      );
    }
    return;
  }
  host.print(`${tenant} ${collector}: ${points.length} points`);
  const rows = points.flatMap(({ dataset, dimensions, values }) =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [
        dataset.name,
        field,
        Object.entries(dimensions)
          .map(([key, text]) => `${key}=${text}`)
          .join(' '),
        String(value),
      ]),
  );
  if (rows.length > 0)
    for (const line of formatTable(['DATASET', 'FIELD', 'DIMENSIONS', 'VALUE'], rows))
      host.print(`  ${line}`);
}
