import type { Labels } from '../../model/labels.ts';
import type { MatrixSeries, Value } from '../../promql/value.ts';
import { formatSample, toSeconds } from './format-sample.ts';

/** Awaited between series, so that a large answer holds nobody up. */
export type Pause = () => Promise<void>;

/**
 * `data` of a query's answer as JSON text (prometheus.io, HTTP API, "Expression query result formats").
 * @param time ms since the epoch, of all that has no time of its own
 */
export async function resultJson(value: Value, time: number, pause: Pause): Promise<string> {
  return `{"resultType":"${value.type}","result":${await valueJson(value, time, pause)}}`;
}

/** A label set with its names in order. */
export function labelsJson(labels: Labels): string {
  const names = Object.keys(labels);
  if (!isSorted(names)) names.sort();
  const pairs = names
    .filter((name) => labels[name] !== '')
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(labels[name])}`);
  return `{${pairs.join(',')}}`;
}

async function valueJson(value: Value, time: number, pause: Pause): Promise<string> {
  switch (value.type) {
    case 'scalar':
      return sampleJson(time, value.value);
    case 'string':
      return JSON.stringify([toSeconds(time), value.value]);
    case 'vector':
      return listJson(
        value.values,
        (sample, i) => `{"metric":${labelsJson(value.labels[i] ?? {})},"value":${sampleJson(time, sample)}}`,
        pause,
      );
    case 'matrix':
      return listJson(value.series, seriesJson, pause);
  }
}

async function listJson<Element>(
  elements: Iterable<Element>,
  toJson: (element: Element, index: number) => string,
  pause: Pause,
): Promise<string> {
  const parts: string[] = [];
  for (const element of elements) {
    parts.push(toJson(element, parts.length));
    await pause();
  }
  return `[${parts.join(',')}]`;
}

function seriesJson({ labels, timestamps, values }: MatrixSeries): string {
  const samples = Array.from(values, (value, i) => sampleJson(timestamps[i] ?? 0, value));
  return `{"metric":${labelsJson(labels)},"values":[${samples.join(',')}]}`;
}

function sampleJson(ms: number, value: number): string {
  return `[${toSeconds(ms)},"${formatSample(value)}"]`;
}

function isSorted(names: readonly string[]): boolean {
  return names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name);
}
