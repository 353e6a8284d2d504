import type { LineCollector } from '../../src/collect/contract.ts';
import { taskDataset } from '../../src/octopus/task-dataset.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';
import { fieldsByName } from './fields.ts';
import { LegacyMetricsParser, type ReadLine } from './legacy-metrics-parser.ts';
import { readJsonLine } from './read-json-line.ts';
import { readPairsLine } from './read-pairs-line.ts';
import { createPatternReader } from './read-pattern-line.ts';

/** What a line of the file is. */
export interface LegacyMetricsSettings {
  readonly format: 'json' | 'pairs' | 'pattern';
  /** RE2 with named groups, for the format `pattern`. */
  readonly pattern?: string | undefined;
  /** Names of fields in the file, where they are not the usual ones. */
  readonly fields: Readonly<Record<string, string>>;
  /** Unit of durations that are plain numbers. */
  readonly duration_unit: 'ms' | 's';
}

/**
 * Reads the metrics file that servers from 2018.2.7 to 2020.4 wrote. No public line of it exists, so its form is
 * configured. @throws Failure `invalid` for a field or pattern that cannot be
 */
export function createLegacyMetrics(settings: LegacyMetricsSettings): LineCollector {
  const readLine = readerOf(settings);
  const fields = fieldsByName(settings.fields);
  return {
    name: 'legacy-metrics',
    datasets: [webRequestDataset, taskDataset],
    createParser: ({ tenant, timeZone }, isSource) =>
      new LegacyMetricsParser({
        tenant,
        timeZone,
        readLine,
        fields,
        perSecond: settings.duration_unit === 'ms' ? 1000 : 1,
        emits: { webRequest: isSource(webRequestDataset), task: isSource(taskDataset) },
      }),
  };
}

function readerOf({ format, pattern = '' }: LegacyMetricsSettings): ReadLine {
  if (format === 'json') return readJsonLine;
  return format === 'pairs' ? readPairsLine : createPatternReader(pattern);
}
