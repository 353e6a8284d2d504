import type { PlaceKind, PollCollector, Target } from '../collect/contract.ts';
import { formatDuration } from '../model/duration.ts';
import { NO_SERIES } from '../model/series.ts';
import { readConfigIfThere } from './config-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { formatTable } from './table.ts';

/** What each kind of place takes to be polled. */
export const NEEDS: Readonly<Record<PlaceKind, string>> = {
  host: 'nothing',
  kubernetes: 'collectors.kubernetes.clusters',
  aws: 'collectors.aws.accounts',
  'aws-global': 'collectors.aws.accounts',
  azure: 'collectors.azure.subscriptions',
  probe: 'collectors.probe.targets',
  prometheus: 'collectors.prometheus.targets',
  fleet: 'a running agent',
};

export interface ListOptions {
  readonly config?: string;
  readonly output?: string;
}

interface Listed {
  readonly collector: string;
  /** How it reads: a duration for a poll, `files` for what is tailed. */
  readonly every: string;
  readonly needs: string;
  /** How many of these the configuration names. */
  readonly there: number | undefined;
  readonly yields: readonly string[];
}

/** `octowatch collect` without a name: every collector, what it needs, and how much of that is configured. */
export async function listCollectors(
  host: CliHost,
  { config: file, output }: ListOptions,
): Promise<ExitCode> {
  const config = readConfigIfThere(host, file);
  const connected = host.connect(config, host.createLog('warn'), NO_SERIES);
  await connected.close();
  const listed = [
    ...connected.collectors.map((collector) => pollRow(collector, connected.targets)),
    ...host.registry.lineCollectors(config.collectors).map(({ name, datasets }) => ({
      collector: name,
      every: 'files',
      needs: 'a file: --file PATH',
      there: undefined,
      yields: datasets.map((dataset) => dataset.name),
    })),
  ];
  if (output === 'json') for (const each of listed) host.print(JSON.stringify(each));
  else
    for (const line of formatTable(['COLLECTOR', 'EVERY', 'NEEDS', 'THERE', 'YIELDS'], listed.map(cells)))
      host.print(line);
  return EXIT.ok;
}

function pollRow({ name, intervalMs, reads, datasets }: PollCollector, targets: readonly Target[]): Listed {
  return {
    collector: name,
    every: formatDuration(intervalMs),
    needs: reads === undefined ? 'fleet.instances with a url' : NEEDS[reads],
    there: reads === 'fleet' ? undefined : targets.filter(({ place }) => place?.kind === reads).length,
    yields: datasets.map((dataset) => dataset.name),
  };
}

function cells({ collector, every, needs, there, yields }: Listed): string[] {
  return [collector, every, needs, there === undefined ? '–' : String(there), yields.join(', ')];
}
