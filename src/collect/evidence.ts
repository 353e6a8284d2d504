import { metricsOf, seriesNamesOf } from '../model/dataset.ts';
import type { Evidence } from '../model/ports.ts';
import type { PollCollector } from './contract.ts';
import type { PollOutcome } from './outcome-log.ts';

/** After a gap longer than its range a rate has no answer before the second sample. */
const ENOUGH = 2;

export interface PollEvidence extends Evidence {
  /** Hand this to the poll runner as `onOutcome`. */
  record(outcome: PollOutcome): void;
  /** Drops what is known of a tenant that is gone. */
  forget(tenant: string): void;
}

/**
 * Remembers the last outcome of every collector and tenant. A metric is missing for a tenant when every collector
 * of its dataset that polled the tenant failed last time: since the first failure in that row of failures.
 */
export function createEvidence(collectors: readonly PollCollector[]): PollEvidence {
  const readers = readersOfSeries(collectors);
  /** By tenant, then collector: since when it fails; undefined while it succeeds. */
  const failing = new Map<string, Map<string, number | undefined>>();

  /** Tenants that some collector fails to read: whom to look at. */
  const troubled = new Set<string>();
  /** By tenant and collector: how often it could read. */
  const answers = new Map<string, Map<string, number>>();

  function record({ collector, tenant, at, failure }: PollOutcome): void {
    const known = failing.get(tenant) ?? new Map<string, number | undefined>();
    failing.set(tenant, known);
    if (failure === undefined) count(tenant, collector);
    known.set(collector, failure === undefined ? undefined : (known.get(collector) ?? at));
    if (failure !== undefined) troubled.add(tenant);
    else if ([...known.values()].every((since) => since === undefined)) troubled.delete(tenant);
  }

  function count(tenant: string, collector: string): void {
    const counts = answers.get(tenant) ?? new Map<string, number>();
    answers.set(tenant, counts.set(collector, (counts.get(collector) ?? 0) + 1));
  }

  function missingSince(metric: string, tenant: string): number | undefined {
    if (!troubled.has(tenant)) return undefined;
    const known = failing.get(tenant);
    const polled = (readers.get(metric) ?? []).filter((collector) => known?.has(collector) === true);
    const since = polled.map((collector) => known?.get(collector));
    const failed = since.filter((at) => at !== undefined);
    return failed.length === 0 || failed.length < since.length ? undefined : Math.max(...failed);
  }

  function* missing(metric: string): Iterable<string> {
    for (const tenant of troubled) if (missingSince(metric, tenant) !== undefined) yield tenant;
  }

  function wasRead(metric: string, tenant: string): boolean | undefined {
    const names = readers.get(metric);
    return names?.some((collector) => (answers.get(tenant)?.get(collector) ?? 0) >= ENOUGH);
  }

  return {
    record,
    missingSince,
    missing,
    wasRead,
    forget(tenant) {
      failing.delete(tenant);
      troubled.delete(tenant);
      answers.delete(tenant);
    },
  };
}

function readersOfSeries(collectors: readonly PollCollector[]): Map<string, string[]> {
  const readers = new Map<string, string[]>();
  for (const { name, datasets } of collectors) {
    for (const series of datasets.flatMap(metricsOf).flatMap(seriesNamesOf)) {
      readers.set(series, [...(readers.get(series) ?? []), name]);
    }
  }
  return readers;
}
