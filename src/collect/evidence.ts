import { metricsOf, seriesNamesOf } from '../model/dataset.ts';
import type { Evidence } from '../model/ports.ts';
import { keyOf, type PollCollector } from './contract.ts';
import type { PollOutcome } from './outcome-log.ts';

/** After a gap longer than its range a rate has no answer before the second sample. */
const ENOUGH = 2;

export interface PollEvidence extends Evidence {
  /** Hand this to the poll runner as `onOutcome`. */
  record(outcome: PollOutcome): void;
  /** Drops what is known of a tenant that is gone. */
  forget(tenant: string): void;
  /** Drops what is known of a target that is polled no more. */
  forgetTarget(target: Pick<PollOutcome, 'tenant' | 'place'>): void;
}

/**
 * Remembers the last outcome of every collector and tenant. A metric is missing for a tenant when every collector
 * of its dataset that polled the tenant failed last time: since the first failure in that row of failures.
 */
export function createEvidence(collectors: readonly PollCollector[]): PollEvidence {
  const readers = readersOfSeries(collectors);
  /** What places have that no dataset declares, by place and collector. */
  const scraped = new Map<string, Map<string, ReadonlySet<string>>>();
  /** By tenant or place, then collector: since when it fails; undefined while it succeeds. */
  const failing = new Map<string, Map<string, number | undefined>>();
  /** By tenant, and by place for those it had points of when it could be read last. */
  const placesOf = new Map<string, Set<string>>();
  /** Tenants and places that some collector fails to read: whom to look at. */
  const troubled = new Set<string>();
  /** By tenant or place, and collector: how often it could read. */
  const answers = new Map<string, Map<string, number>>();

  function record(outcome: PollOutcome): void {
    const { collector, at, failure } = outcome;
    const subject = keyOf(outcome);
    const known = failing.get(subject) ?? new Map<string, number | undefined>();
    failing.set(subject, known);
    if (failure === undefined) count(subject, collector);
    // A poll that failed has read how it went.
    count(subject, probesOf(collector));
    if (outcome.names !== undefined) name(subject, collector, outcome.names);
    known.set(collector, failure === undefined ? undefined : (known.get(collector) ?? at));
    if (failure !== undefined) troubled.add(subject);
    else if ([...known.values()].every((since) => since === undefined)) troubled.delete(subject);
    for (const tenant of outcome.tenants ?? []) place(tenant, subject);
  }

  function count(subject: string, collector: string): void {
    const counts = answers.get(subject) ?? new Map<string, number>();
    answers.set(subject, counts.set(collector, (counts.get(collector) ?? 0) + 1));
  }

  function name(subject: string, collector: string, names: ReadonlySet<string>): void {
    const known = scraped.get(subject) ?? new Map<string, ReadonlySet<string>>();
    scraped.set(subject, known.set(collector, names));
  }

  /** The collectors that read a metric there; undefined when nobody declares it. */
  function* readersAt(subject: string, metric: string): Iterable<string> {
    yield* readers.get(metric) ?? [];
    for (const [collector, names] of scraped.get(subject) ?? []) if (names.has(metric)) yield collector;
  }

  function place(tenant: string, subject: string): void {
    const places = placesOf.get(tenant) ?? new Set<string>();
    placesOf.set(tenant, places.add(subject));
  }

  /** Where a tenant is read: itself, the fleet, also where that has nothing to say of it, and the places it was seen in. */
  function subjectsOf(tenant: string): Iterable<string> {
    return new Set([tenant, FLEET, ...(placesOf.get(tenant) ?? [])]);
  }

  function missingSince(metric: string, tenant: string): number | undefined {
    if (troubled.size === 0) return undefined;
    const subjects = [...subjectsOf(tenant)];
    if (!subjects.some((subject) => troubled.has(subject))) return undefined;
    const since = subjects.flatMap((subject) => {
      const known = failing.get(subject);
      const names = Array.from(readersAt(subject, metric)).filter((each) => known?.has(each) === true);
      return names.map((each) => known?.get(each));
    });
    const failed = since.filter((at) => at !== undefined);
    return failed.length === 0 || failed.length < since.length ? undefined : Math.max(...failed);
  }

  function* missing(metric: string): Iterable<string> {
    const tenants = new Set([...troubled].flatMap(tenantsAt));
    for (const tenant of tenants) if (missingSince(metric, tenant) !== undefined) yield tenant;
  }

  /** A tenant is itself; a place stands for the tenants seen in it. */
  function tenantsAt(subject: string): string[] {
    if (!subject.includes(PLACE)) return [subject];
    return [...placesOf].filter(([, places]) => places.has(subject)).map(([tenant]) => tenant);
  }

  function wasRead(metric: string, tenant: string): boolean | undefined {
    const known = [...subjectsOf(tenant)].flatMap((subject) =>
      Array.from(readersAt(subject, metric), (each) => [subject, each] as const),
    );
    if (known.length === 0 && !readers.has(metric)) return undefined;
    return known.some(([subject, each]) => (answers.get(subject)?.get(each) ?? 0) >= ENOUGH);
  }

  function forgetSubject(subject: string): void {
    failing.delete(subject);
    troubled.delete(subject);
    answers.delete(subject);
    scraped.delete(subject);
  }

  return {
    record,
    missingSince,
    missing,
    wasRead,
    forget(tenant) {
      forgetSubject(tenant);
      placesOf.delete(tenant);
    },
    forgetTarget(target) {
      const subject = keyOf(target);
      forgetSubject(subject);
      for (const places of placesOf.values()) places.delete(subject);
    },
  };
}

/** In the keys of places. */
const PLACE = ':';
/** The one place of its kind. */
const FLEET = 'fleet:fleet';

function readersOfSeries(collectors: readonly PollCollector[]): Map<string, string[]> {
  const readers = new Map<string, string[]>();
  for (const { name, datasets, probes = [] } of collectors) {
    for (const dataset of datasets) {
      const reader = probes.includes(dataset) ? probesOf(name) : name;
      for (const series of metricsOf(dataset).flatMap(seriesNamesOf))
        readers.set(series, [...(readers.get(series) ?? []), reader]);
    }
  }
  return readers;
}

/** Who reads the probes of a collector: one that never fails. No collector has its name. */
function probesOf(collector: string): string {
  return `${collector}\u0000probes`;
}
