import { messageOf } from '../../model/failure.ts';
import type { LineCollector, Target } from '../contract.ts';
import type { TailerOptions } from './tail-options.ts';
import { createTailer } from './tailer.ts';

/** What all tailers share, and what they are made from. */
export interface TailersOptions extends Omit<
  TailerOptions,
  'collector' | 'target' | 'isSource' | 'readFrom'
> {
  readonly collectors: readonly LineCollector[];
  /** Where a collector begins with files found at the very first start. */
  readonly readFrom: (collector: string) => 'end' | 'beginning';
  /** Whether a collector is the source of a dataset for a target. */
  readonly isSource: (
    collector: string,
    target: Target,
    dataset: LineCollector['datasets'][number],
  ) => boolean;
  readonly signal: AbortSignal;
}

/** One tailer for each target and line collector that has files; targets may come and go. */
export interface Tailers {
  setTargets(targets: readonly Target[]): void;
  /** Resolves when the signal was aborted and every file is closed. */
  ended(): Promise<void>;
}

export function createTailers({
  collectors,
  isSource,
  readFrom,
  signal,
  ...shared
}: TailersOptions): Tailers {
  const running = new Map<string, AbortController>();
  /** The last tailer of each source, by collector and tenant: two at a time would read every line twice. */
  const loops = new Map<string, Promise<void>>();

  function setTargets(targets: readonly Target[]): void {
    const wanted = new Map(
      targets.flatMap((target) =>
        collectors
          .filter(({ name }) => hasFiles(target, name))
          .map((collector) => [
            keyOf(collector, target, sourcesOf(collector, target)),
            { collector, target },
          ]),
      ),
    );
    for (const [key, stop] of running) {
      if (wanted.has(key)) continue;
      stop.abort();
      running.delete(key);
    }
    for (const [key, { collector, target }] of wanted) if (!running.has(key)) start(key, collector, target);
  }

  function sourcesOf({ name, datasets }: LineCollector, target: Target): string[] {
    return datasets.filter((dataset) => isSource(name, target, dataset)).map((dataset) => dataset.name);
  }

  function start(key: string, collector: LineCollector, target: Target): void {
    const stop = new AbortController();
    running.set(key, stop);
    const source = `${collector.name}:${target.tenant}`;
    const loop = follow(loops.get(source), collector, target, AbortSignal.any([signal, stop.signal]));
    loops.set(source, loop);
  }

  /** Begins where the tailer before it ended. */
  async function follow(
    previous: Promise<void> | undefined,
    collector: LineCollector,
    target: Target,
    until: AbortSignal,
  ): Promise<void> {
    await previous;
    try {
      const tailer = createTailer({
        ...shared,
        collector,
        target,
        readFrom: readFrom(collector.name),
        isSource: (dataset) => isSource(collector.name, target, dataset),
      });
      await tailer.run(until);
    } catch (error) {
      const fields = { tenant: target.tenant, collector: collector.name, error: messageOf(error) };
      shared.log.error(fields, 'log files are not read');
    }
  }

  return {
    setTargets,
    async ended() {
      await Promise.all(loops.values());
    },
  };
}

function hasFiles(target: Target, collector: string): boolean {
  return (target.files[collector]?.length ?? 0) > 0;
}

/** Everything a tailer depends on, so that a changed target gets a new one. */
function keyOf(
  { name }: LineCollector,
  { tenant, timeZone, files }: Target,
  sources: readonly string[],
): string {
  return JSON.stringify([name, tenant, timeZone, files[name], sources]);
}
