import type { LineCollector, Target } from '../contract.ts';
import type { TailerOptions } from './tail-options.ts';
import { createTailer } from './tailer.ts';

export interface TailersOptions extends Omit<TailerOptions, 'collector' | 'target' | 'isSource'> {
  readonly collectors: readonly LineCollector[];
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

export function createTailers({ collectors, isSource, signal, ...shared }: TailersOptions): Tailers {
  const running = new Map<string, AbortController>();
  const loops = new Set<Promise<void>>();

  function setTargets(targets: readonly Target[]): void {
    const wanted = new Map(
      targets.flatMap((target) =>
        collectors
          .filter(({ name }) => hasFiles(target, name))
          .map((collector) => [keyOf(collector, target), { collector, target }]),
      ),
    );
    for (const [key, stop] of running) {
      if (wanted.has(key)) continue;
      stop.abort();
      running.delete(key);
    }
    for (const [key, { collector, target }] of wanted) if (!running.has(key)) start(key, collector, target);
  }

  function start(key: string, collector: LineCollector, target: Target): void {
    const stop = new AbortController();
    running.set(key, stop);
    const tailer = createTailer({
      ...shared,
      collector,
      target,
      isSource: (dataset) => isSource(collector.name, target, dataset),
    });
    const loop = tailer.run(AbortSignal.any([signal, stop.signal]));
    loops.add(loop);
    void loop.finally(() => loops.delete(loop));
  }

  return {
    setTargets,
    async ended() {
      await Promise.all(loops);
    },
  };
}

function hasFiles(target: Target, collector: string): boolean {
  return (target.files[collector]?.length ?? 0) > 0;
}

/** Everything a tailer depends on, so that a changed target gets a new one. */
function keyOf(collector: LineCollector, target: Target): string {
  return JSON.stringify([collector.name, target.tenant, target.timeZone, target.files[collector.name]]);
}
