import type { MetricInfo } from '../../model/dataset.ts';
import { labelPair, quoted } from '../../model/label-text.ts';
import { isMetricName, METRIC_NAME, type Labels } from '../../model/labels.ts';

/** The comments before the samples of a metric. */
export function headOf({
  name,
  help,
  type,
}: Pick<MetricInfo, 'name' | 'help'> & { type: MetricInfo['type'] | 'untyped' }): string {
  const shown = isMetricName(name) ? name : quoted(name);
  return `# HELP ${shown} ${escapeHelp(help)}\n# TYPE ${shown} ${type}\n`;
}

/** One line. `time`: ms since the epoch; a line without it is of the time it is read. */
export function sampleLine(name: string, labels: Labels, value: number, time?: number): string {
  const stamp = time === undefined ? '' : ` ${time}`;
  return `${seriesOf(name, labels)} ${numberOf(value)}${stamp}\n`;
}

/** A name that is no plain one stands in quotes between the braces, as Prometheus 3 has it. */
function seriesOf(name: string, labels: Labels): string {
  const isPlain = isMetricName(name);
  const parts = isPlain ? [] : [quoted(name)];
  for (const [label, value] of Object.entries(labels))
    if (label !== METRIC_NAME) parts.push(labelPair(label, value));
  const braces = parts.length === 0 ? '' : `{${parts.join(',')}}`;
  return isPlain ? name + braces : braces;
}

function numberOf(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
