import type { Dataset } from '../model/dataset.ts';
import type { LineCollector, PollCollector, Target } from './contract.ts';

/** Kinds of sources, as `collectors.prefer` names them. */
export type SourceKind = 'log' | 'otlp' | 'api';

export interface ActiveSourceOptions {
  /** Best first; a kind that is not named comes last. */
  readonly prefer: readonly SourceKind[];
  readonly lineCollectors: readonly LineCollector[];
  readonly pollCollectors: readonly PollCollector[];
  /** Whether a poll is made at all; each is where it is left out. */
  readonly isPolled?: (collector: PollCollector) => boolean;
}

/** Whether the collector of that name is the one that yields the dataset for the target. */
export type IsActiveSource = (collector: string, target: Target, dataset: Dataset) => boolean;

interface Candidate {
  readonly name: string;
  readonly kind: SourceKind;
  readonly datasets: readonly Dataset[];
  serves(target: Target): boolean;
}

/**
 * One truth per fact: of the collectors that declare a dataset and can read it for a target, the first by preference.
 * A log collector can when the target names files for it, an API collector when the target has a URL,
 * and one of places when the target is of its kind.
 */
export function createActiveSource(options: ActiveSourceOptions): IsActiveSource {
  const candidates = candidatesOf(options).toSorted((a, b) => rank(a.kind) - rank(b.kind));

  function rank(kind: SourceKind): number {
    const index = options.prefer.indexOf(kind);
    return index === -1 ? options.prefer.length : index;
  }

  return (collector, target, dataset) =>
    candidates.find(({ datasets, serves }) => datasets.includes(dataset) && serves(target))?.name ===
    collector;
}

function candidatesOf({ lineCollectors, pollCollectors, isPolled }: ActiveSourceOptions): Candidate[] {
  const logs = lineCollectors.map(({ name, datasets }) => ({
    name,
    datasets,
    kind: name === 'otlp-trace' ? ('otlp' as const) : ('log' as const),
    serves: ({ files }: Target) => (files[name]?.length ?? 0) > 0,
  }));
  const polls = pollCollectors.map((collector) => ({
    name: collector.name,
    datasets: collector.datasets,
    kind: 'api' as const,
    serves: (target: Target) => isPolled?.(collector) !== false && canPoll(collector, target),
  }));
  return [...logs, ...polls];
}

function canPoll({ reads }: PollCollector, { url, place }: Target): boolean {
  return reads === undefined ? place === undefined && url !== undefined : place?.kind === reads;
}
