import type { SELF_METRICS, SelfMetricName } from '../../src/model/self-metrics.ts';

type NameOf<Type extends string> = {
  [Name in SelfMetricName]: (typeof SELF_METRICS)[Name]['type'] extends Type ? Name : never;
}[SelfMetricName];
type LabelOf<Name extends SelfMetricName> = (typeof SELF_METRICS)[Name]['labels'][number];

/** A gauge of the chosen agents. `where` is matchers: `outcome!="read"`. */
export function gauge(name: NameOf<'gauge'>, where = ''): string {
  return selector(name, where);
}

/** How fast a counter grows, per second, summed by agent and labels; the compiler knows which it has. */
export function perSecond<Name extends NameOf<'counter'>>(
  name: Name,
  by: readonly LabelOf<Name>[] = [],
): string {
  return `sum by (${['instance', ...by].join(', ')}) (rate(${selector(name)}[$__rate_interval]))`;
}

/** How much a counter grew in each step of the panel, summed as by `perSecond`. */
export function grown<Name extends NameOf<'counter'>>(name: Name, by: readonly LabelOf<Name>[] = []): string {
  return `sum by (${['instance', ...by].join(', ')}) (increase(${selector(name)}[$__rate_interval]))`;
}

/** A quantile of a histogram. */
export function quantile<Name extends NameOf<'histogram'>>(
  share: number,
  name: Name,
  by: readonly LabelOf<Name>[] = [],
): string {
  const buckets = `rate(${selector(`${name}_bucket`)}[$__rate_interval])`;
  return `histogram_quantile(${share}, sum by (${['instance', ...by, 'le'].join(', ')}) (${buckets}))`;
}

function selector(name: string, where = ''): string {
  return `${name}{instance=~"$instance"${where === '' ? '' : `, ${where}`}}`;
}
