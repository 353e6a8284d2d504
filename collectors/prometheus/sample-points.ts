import type { Fleet } from '../../src/collect/contract.ts';
import { Failure } from '../../src/model/failure.ts';
import { withoutLabels, type Labels } from '../../src/model/labels.ts';
import { createMatcher, type Matcher } from '../../src/model/matcher.ts';
import type { Point } from '../../src/model/point.ts';
import type { ExposedSample } from './exposed-sample.ts';
import { LabelList } from './label-list.ts';
import { prometheusSampleDataset } from './schema.ts';
import { identityOf, type ScrapeTarget } from './settings.ts';

/** What became of the samples of a page. */
export interface PageCounts {
  /** Samples of the page. */
  scraped: number;
  /** Those that metric_relabel_configs left. */
  kept: number;
  /** Those of a series that the page had before. */
  repeated: number;
  /** Those of tenants that the fleet does not know: nobody's. */
  strangers: number;
}

/** Makes points of the samples of one page. */
export class SamplePoints {
  readonly points: Point[] = [];
  readonly counts: PageCounts = { scraped: 0, kept: 0, repeated: 0, strangers: 0 };
  readonly #target: ScrapeTarget;
  readonly #fleet: Fleet;
  readonly #time: number;
  readonly #own: readonly (readonly [name: string, value: string])[];
  readonly #labels = new LabelList();
  readonly #owner: string;
  readonly #isKept: (name: string) => boolean;
  readonly #seen = new Set<string>();

  /** @param time ms since the epoch: when the page was asked for */
  constructor(target: ScrapeTarget, fleet: Fleet, time: number) {
    this.#target = target;
    this.#fleet = fleet;
    this.#time = time;
    this.#own = Object.entries({ ...staticLabels(target), ...identityOf(target) });
    this.#owner = ownerOf(target, fleet);
    this.#isKept = relabelling(target);
  }

  /** @throws Failure where a label limit is exceeded, or a label is there twice */
  add(sample: ExposedSample): void {
    const { counts } = this;
    counts.scraped++;
    if (!this.#isKept(sample.name)) return;
    counts.kept++;
    // No more are needed to say how many there are too many.
    if (counts.kept > this.#target.sample_limit) return;
    const labels = this.#labels;
    const twice = labels.fill(sample.labels);
    if (twice !== undefined) throw new Failure('malformed', `${sample.name} has the label ${twice} twice`);
    const tenant = this.#tenantOf(labels);
    this.#checkLimits(sample.name, labels, tenant);
    const job = labels.take('job');
    const instance = labels.take('instance');
    const text = labels.text();
    if (this.#isRepeated(`${sample.name}{${text}}${job}\u0000${instance}\u0000${tenant}`)) return;
    if (!Number.isFinite(sample.value)) return;
    this.points.push({
      dataset: prometheusSampleDataset,
      time: this.#target.honor_timestamps ? (sample.time ?? this.#time) : this.#time,
      tenant,
      dimensions: { job, instance, metric: sample.name, labels: text },
      values: { prometheus_sample_value: sample.value },
    });
  }

  /** Call it when the page is over. @throws Failure when it had more samples than `sample_limit` */
  checkCount(): void {
    const { sample_limit: limit } = this.#target;
    const { kept } = this.counts;
    if (kept > limit)
      throw new Failure(
        'too_large',
        `the page has ${kept} samples, sample_limit is ${limit}: raise it, or drop some by metric_relabel_configs`,
      );
  }

  /**
   * Whose the sample is; adds the target's labels where it is nobody's own. A tenant's series that an edge shows have
   * the labels they have there: wherever they are read, they are the same series.
   */
  #tenantOf(labels: LabelList): string {
    const { honor_labels: isHonoured } = this.#target;
    const tenant = labels.take('tenant');
    const isKnown = tenant !== '' && isHonoured && this.#fleet.find(tenant) !== undefined;
    if (!isKnown) {
      if (tenant !== '' && isHonoured) this.counts.strangers++;
      this.#addOwn(labels, isHonoured);
      if (tenant !== '') rename(labels, 'tenant', tenant);
    }
    labels.dropEmpty();
    return isKnown ? tenant : this.#owner;
  }

  /** Of two labels with one name the page's stays where it is honoured, else the target's. */
  #addOwn(labels: LabelList, isHonoured: boolean): void {
    for (const [name, value] of this.#own) {
      const exposed = labels.get(name);
      if (exposed !== undefined && isHonoured) continue;
      labels.set(name, value);
      if (exposed !== undefined && exposed !== '') rename(labels, name, exposed);
    }
  }

  #checkLimits(metric: string, labels: LabelList, tenant: string): void {
    const {
      label_limit,
      label_name_length_limit: maxName,
      label_value_length_limit: maxValue,
    } = this.#target;
    if (label_limit === undefined && maxName === undefined && maxValue === undefined) return;
    const all = [...labels.pairs(), ['__name__', metric] as const];
    if (tenant !== '') all.push(['tenant', tenant]);
    if (label_limit !== undefined && all.length > label_limit)
      throw tooMuch(metric, `has ${all.length} labels, label_limit is ${label_limit}`);
    for (const [name, value] of all) {
      const [nameBytes, valueBytes] = [Buffer.byteLength(name), Buffer.byteLength(value)];
      if (maxName !== undefined && nameBytes > maxName)
        throw tooMuch(
          metric,
          `has a label name of ${nameBytes} bytes, label_name_length_limit is ${maxName}`,
        );
      if (maxValue !== undefined && valueBytes > maxValue)
        throw tooMuch(
          metric,
          `has a value of ${valueBytes} bytes in ${name}, label_value_length_limit is ${maxValue}`,
        );
    }
  }

  #isRepeated(key: string): boolean {
    if (this.#seen.has(key)) {
      this.counts.repeated++;
      return true;
    }
    this.#seen.add(key);
    return false;
  }
}

/** The tenant whose all samples of a target are, as its configuration says and the fleet knows; empty for nobody's. */
export function ownerOf({ labels: { tenant = '' } }: ScrapeTarget, fleet: Fleet): string {
  return fleet.find(tenant) === undefined ? '' : tenant;
}

/** The labels of a target besides its tenant. */
export function staticLabels({ labels }: ScrapeTarget): Labels {
  return withoutLabels(labels, 'tenant');
}

/** As Prometheus does with a page's label that the target has too: `exported_job`. */
function rename(labels: LabelList, name: string, value: string): void {
  let free = `exported_${name}`;
  while (labels.get(free) !== undefined) free = `exported_${free}`;
  labels.set(free, value);
}

/** Whether the samples of a metric are kept; asked once for each name. */
function relabelling({ metric_relabel_configs: configs }: ScrapeTarget): (name: string) => boolean {
  const steps = configs.map(({ action, regex }): [boolean, Matcher] => [
    action === 'keep',
    createMatcher('__name__', '=~', regex),
  ]);
  if (steps.length === 0) return () => true;
  const known = new Map<string, boolean>();
  return (name) => {
    let isKept = known.get(name);
    if (isKept === undefined) {
      isKept = steps.every(([keeps, matcher]) => matcher.matches(name) === keeps);
      known.set(name, isKept);
    }
    return isKept;
  };
}

function tooMuch(metric: string, detail: string): Failure {
  return new Failure('too_large', `${metric} ${detail}`);
}
