import { Failure } from '../../../model/failure.ts';
import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import type { Matcher } from '../../../model/matcher.ts';
import { ListFrame } from '../frames.ts';
import { UniqueLabels } from '../labels/unique-labels.ts';
import type { VectorNode } from '../node.ts';
import { Row } from '../row.ts';
import { infoNameMatchers } from './info-selector.ts';
import { InfoSeries } from './info-series.ts';

/**
 * `info`: adds the labels of the info series of the same target.
 * @param info the series of `infoSelector`, with the times of their samples in seconds for values
 * @param matchers those of the second argument, where it is given: they also say which labels are added
 */
export function infoNode(
  base: VectorNode,
  info: VectorNode,
  matchers: readonly Matcher[] | undefined,
): VectorNode {
  const conditions = (matchers ?? []).filter(({ name }) => name !== METRIC_NAME);
  const series = new InfoSeries(base.frame, info.frame, infoNameMatchers(matchers ?? []));
  const results = new InfoResults(base, info, new Set(conditions.map(({ name }) => name)));
  // What has no info series stays only where having no labels is as good.
  const keepsUnmatched = conditions.every((matcher) => matcher.matches(''));
  const row = new Row(results.frame);
  const labels = new UniqueLabels(results.frame);
  const found: [position: number, value: number][] = [];
  return {
    type: 'vector',
    frame: results.frame,
    at(time) {
      const { values, present } = base.at(time);
      const times = info.at(time);
      series.update(() => results.clear());
      series.refresh(times);
      found.length = 0;
      for (let position = 0; position < base.frame.length; position++) {
        if (present[position] !== 1) continue;
        const partners = series.isIgnored(position) ? [] : partnersOf(series, position);
        if (partners.length === 0 && !series.isIgnored(position) && !keepsUnmatched) continue;
        found.push([results.of(position, partners), values[position] ?? 0]);
      }
      row.begin();
      for (const [position, value] of found) row.set(position, value);
      labels.verify(row.present);
      return row;
    },
  };
}

function partnersOf(series: InfoSeries, position: number): readonly number[] {
  const partners: number[] = [];
  for (let metric = 0; metric < series.metrics; metric++) {
    const partner = series.partnerOf(position, metric);
    if (partner >= 0) partners.push(partner);
  }
  return partners;
}

// More positions than a frame can have.
const MAX_POSITIONS = 2 ** 26;

/** Series with what was added to them. */
class InfoResults {
  readonly frame = new ListFrame();
  readonly #base: VectorNode;
  readonly #info: VectorNode;
  /** Labels that are added; all when it is empty. */
  readonly #wanted: ReadonlySet<string>;
  #known = new Map<number | string, number>();

  constructor(base: VectorNode, info: VectorNode, wanted: ReadonlySet<string>) {
    this.#base = base;
    this.#info = info;
    this.#wanted = wanted;
  }

  clear(): void {
    this.frame.clear();
    this.#known = new Map();
  }

  /** The position of a series with the labels of its info series. @throws Failure `invalid` where these disagree */
  of(position: number, partners: readonly number[]): number {
    const key =
      partners.length > 1 ? [position, ...partners].join() : position * MAX_POSITIONS + (partners[0] ?? -1);
    let result = this.#known.get(key);
    if (result === undefined) {
      const { frame } = this.#base;
      result = this.frame.push(this.#enrich(frame.labels(position), partners), frame.dropsName(position));
      this.#known.set(key, result);
    }
    return result;
  }

  #enrich(labels: Labels, partners: readonly number[]): Labels {
    const added: Record<string, string> = {};
    for (const partner of partners) {
      for (const [name, value] of Object.entries(this.#info.frame.labels(partner))) {
        if (name === METRIC_NAME || (this.#wanted.size > 0 && !this.#wanted.has(name))) continue;
        if ((added[name] ?? value) !== value) throw new Failure('invalid', `conflicting label: ${name}`);
        if (labels[name] === undefined) added[name] = value;
      }
    }
    return { ...labels, ...added };
  }
}
