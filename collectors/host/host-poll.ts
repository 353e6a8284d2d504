import type { PollCollector } from '../../src/collect/contract.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import type { Point } from '../../src/model/point.ts';
import type { Clock, Disk } from '../../src/model/ports.ts';
import { openHostFiles, type HostFiles } from './host-files.ts';
import { instanceOf, scopeOf } from './scope.ts';
import type { HostSettings } from './settings.ts';

const INTERVAL_MS = 15_000;

export interface HostDeps {
  readonly disk: Disk;
  readonly settings: () => { readonly host: HostSettings };
}

/** A point without what all have. */
export type Row = Pick<Point, 'dataset' | 'dimensions' | 'values'>;

/** One question to the machine, and the same to the container. */
export interface Question {
  readonly name: `host/${string}`;
  readonly datasets: readonly Dataset[];
  machine(files: HostFiles, clock: Clock): Promise<readonly Row[]>;
  container(files: HostFiles, cgroup: string, clock: Clock): Promise<readonly Row[]>;
}

/** The poll of a question. */
export function createHostPoll(
  { name, datasets, machine, container }: Question,
  { disk, settings }: HostDeps,
): PollCollector {
  return {
    name,
    datasets,
    intervalMs: INTERVAL_MS,
    reads: 'host',
    async *poll(_, { signal, clock }) {
      const { host } = settings();
      const files = openHostFiles(disk, host.root, signal);
      const scope = await scopeOf(files, host);
      const instance = await instanceOf(files, host);
      const rows = await (scope.kind === 'machine'
        ? machine(files, clock)
        : container(files, scope.cgroup, clock));
      const time = clock.now();
      yield rows.map(({ dataset, dimensions, values }) => ({
        dataset,
        time,
        dimensions: { instance, ...dimensions },
        values,
      }));
    },
  };
}
