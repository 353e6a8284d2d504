import type { Labels } from '../../model/labels.ts';
import type { MatrixSeries, Value } from '../../promql/value.ts';
import { formatSample, toSeconds } from './format-sample.ts';

/** Characters of a piece at least, where there are so many: some hundred samples. */
const PIECE = 8192;

/**
 * `data` of a query's answer as JSON text (prometheus.io, HTTP API, "Expression query result formats"), in pieces.
 * @param time ms since the epoch, of all that has no time of its own
 */
export function* resultJson(value: Value, time: number): Iterable<string> {
  yield `{"resultType":"${value.type}","result":`;
  yield* valueJson(value, time);
  yield '}';
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

function* valueJson(value: Value, time: number): Iterable<string> {
  switch (value.type) {
    case 'scalar':
      yield sampleJson(time, value.value);
      break;
    case 'string':
      yield JSON.stringify([toSeconds(time), value.value]);
      break;
    case 'vector':
      yield* listJson(value.values, (sample, i) => [
        `{"metric":${labelsJson(value.labels[i] ?? {})},"value":${sampleJson(time, sample)}}`,
      ]);
      break;
    case 'matrix':
      yield* listJson(value.series, seriesJson);
      break;
  }
}

/** A list of elements, each in pieces. */
export function* listJson<Element>(
  elements: Iterable<Element>,
  toJson: (element: Element, index: number) => Iterable<string>,
): Iterable<string> {
  let index = 0;
  yield '[';
  for (const element of elements) {
    if (index > 0) yield ',';
    yield* toJson(element, index++);
  }
  yield ']';
}

function* seriesJson({ labels, timestamps, values }: MatrixSeries): Iterable<string> {
  let text = `{"metric":${labelsJson(labels)},"values":[`;
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ',';
    text += sampleJson(timestamps[i] ?? 0, values[i] ?? 0);
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield `${text}]}`;
}

function sampleJson(ms: number, value: number): string {
  return `[${toSeconds(ms)},"${formatSample(value)}"]`;
}

function isSorted(names: readonly string[]): boolean {
  return names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name);
}
