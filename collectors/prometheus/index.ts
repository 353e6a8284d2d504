import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { Failure } from '../../src/model/failure.ts';
import { formatLabelText } from '../../src/model/label-text.ts';
import type { Point } from '../../src/model/point.ts';
import type { Disk, Http } from '../../src/model/ports.ts';
import { fetchPage } from './fetch-page.ts';
import { ExpositionParser } from './parse-exposition.ts';
import { ownerOf, SamplePoints, staticLabels, type PageCounts } from './sample-points.ts';
import { prometheusSampleDataset, prometheusScrapeDataset } from './schema.ts';
import { identityOf, type PrometheusSettings, type ScrapeTarget } from './settings.ts';

/** So many lines are read in some ms; then others have their turn. */
const LINES = 4000;
const DEADLINE_MS = 60_000;

/** Everything the collector yields. */
export const prometheusDatasets = [prometheusSampleDataset, prometheusScrapeDataset] as const;

export interface PrometheusDeps {
  readonly http: Http;
  readonly disk: Disk;
  readonly settings: () => { readonly prometheus: PrometheusSettings };
}

/** Scrapes the pages of `collectors.prometheus.targets`. */
export function createPrometheus({ http, disk, settings }: PrometheusDeps): readonly PollCollector[] {
  /** The targets whose last page was odd: told when it begins and ends, as the counts may differ from page to page. */
  const odd = new Set<string>();

  async function* poll({ place }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const target = settings().prometheus.targets.find(({ name }) => name === place?.name);
    if (target === undefined)
      throw new Failure('invalid', `no target ${place?.name} in collectors.prometheus`);
    // Asked for its page, what sleeps would wake.
    if (context.fleet.find(ownerOf(target, context.fleet))?.asleep === true) return;
    const started = context.clock.now();
    const samples = new SamplePoints(target, context.fleet, started);
    let failure: unknown;
    try {
      await read(target, samples, context);
    } catch (error) {
      failure = error ?? new Failure('malformed', 'the scrape ended without a reason');
    }
    if (failure === undefined) yield samples.points;
    yield [probe(target, context, started, { isUp: failure === undefined, ...samples.counts })];
    if (failure !== undefined) throw failure;
    tellOddities(target, samples.counts, context);
  }

  async function read(
    target: ScrapeTarget,
    samples: SamplePoints,
    { signal }: CollectContext,
  ): Promise<void> {
    const { text, format } = await fetchPage(target, { http, disk }, signal);
    // A tenant's series are to be named as the edge that read them names them.
    const parser = new ExpositionParser(text, { format, normalise: !target.honor_labels });
    while (parser.read(LINES, (sample) => samples.add(sample))) await letOthersWork(signal);
    samples.checkCount();
  }

  function tellOddities({ name }: ScrapeTarget, counts: PageCounts, { log }: CollectContext): void {
    const { repeated, strangers } = counts;
    if (repeated + strangers === 0) {
      if (odd.delete(name))
        log.info({ target: name }, 'page has each sample once, all of known tenants, again');
      return;
    }
    if (!odd.has(name))
      log.warn(
        { target: name, repeated, strangers },
        'page has samples twice, or of tenants that are not in the fleet',
      );
    odd.add(name);
  }

  return [
    {
      name: 'prometheus/scrape',
      reads: 'prometheus',
      datasets: prometheusDatasets,
      probes: [prometheusScrapeDataset],
      intervalMs: 15_000,
      deadlineMs: DEADLINE_MS,
      poll,
      forget: ({ place }) => Promise.resolve(void odd.delete(place?.name ?? '')),
    },
  ];
}

async function letOthersWork(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  signal.throwIfAborted();
}

/** How it went; the counts of a page that was refused are as far as it was read. */
function probe(
  target: ScrapeTarget,
  { clock, fleet }: CollectContext,
  started: number,
  { isUp, scraped, kept }: Pick<PageCounts, 'scraped' | 'kept'> & { readonly isUp: boolean },
): Point {
  return {
    dataset: prometheusScrapeDataset,
    time: started,
    tenant: ownerOf(target, fleet),
    dimensions: { ...identityOf(target), labels: formatLabelText(staticLabels(target)) },
    values: {
      up: Number(isUp),
      scrape_duration_seconds: Math.max(0, clock.now() - started) / 1000,
      scrape_samples_scraped: scraped,
      scrape_samples_post_metric_relabeling: kept,
    },
  };
}
