import { subjectOf, type Fleet, type PollCollector, type Target } from '../collect/contract.ts';
import { pollOnce } from '../collect/poll-once.ts';
import type { PollResult } from '../collect/running-poll.ts';
import { Failure } from '../model/failure.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { NO_SERIES } from '../model/series.ts';
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
 * @throws Failure `invalid` for a collector, tenant or place that is not there
 */
export async function collect(host: CliHost, name: string, options: CollectOptions): Promise<ExitCode> {
  const config = readConfig(host, options.config);
  const connected = host.connect(config, host.createLog('warn'), NO_SERIES);
  try {
    let failed = 0;
    for (const collector of chooseCollectors(connected.collectors, name))
      for (const target of targetsFor(collector, connected.targets, options.tenant)) {
        const result = await poll(host, collector, target, connected.fleet);
        show(host, subjectOf(target), collector.name, result, options.output);
        if (result.failure !== undefined) failed++;
      }
    return failed > 0 ? EXIT.failure : EXIT.ok;
  } finally {
    await connected.close();
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

/** The tenant or place that is named, or all that the collector reads. */
function targetsFor(
  { name, reads }: PollCollector,
  targets: readonly Target[],
  subject: string | undefined,
): readonly Target[] {
  const readable = targets.filter(({ place }) => place?.kind === reads);
  const chosen = readable.filter((target) => subject === undefined || subjectOf(target) === subject);
  if (chosen.length > 0) return chosen;
  const whose = subject === undefined ? '' : ` ${subject}`;
  throw new Failure(
    'invalid',
    reads === undefined
      ? `${name}: no tenant${whose} with a url in fleet.instances`
      : `${name}: no ${reads}${whose} in collectors.${reads}`,
  );
}

function poll(host: CliHost, collector: PollCollector, target: Target, fleet: Fleet): Promise<PollResult> {
  const options = {
    clock: systemClock,
    log: host.createLog('warn'),
    metrics: NO_METRICS,
    state: null,
    deadlineMs: DEADLINE_MS,
    fleet,
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
