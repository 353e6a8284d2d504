import type { Dataset } from '../../model/dataset.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Clock, Disk, Log, PointWriter } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { LineCollector, Target } from '../contract.ts';

/** What a tailer is made of. */
export interface TailerOptions {
  readonly collector: LineCollector;
  /** Its `files[collector.name]` are the globs. */
  readonly target: Target;
  readonly writer: PointWriter;
  /** The position that was committed last for a source; undefined when there is none. */
  readonly positions: (source: string) => JsonValue | undefined;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** Whether the collector is the active source of a dataset for the target. */
  readonly isSource: (dataset: Dataset) => boolean;
  /** Where to begin with files found at the very first start. Default `end`. Archives are never read then. */
  readonly readFrom?: 'end' | 'beginning';
  /** Bytes of one read at most. Default 1 MiB. */
  readonly readBytes?: number;
  /** A longer line is refused. Default 1 MiB. */
  readonly maxLineBytes?: number;
  /** ms between looks at files that grow. Default 50. */
  readonly pollMs?: number;
  /** ms between looks at files that rest; sooner where the system tells of a change. Default 500. */
  readonly maxPollMs?: number;
}
