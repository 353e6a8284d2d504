import { isLabelName, type Labels } from './labels.ts';

const PAIR = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|"((?:[^"\\]|\\.)*)")="((?:[^"\\]|\\.)*)"(?:,|$)/gsy;

/**
 * Labels as Prometheus's text format has them between braces, sorted by name: `code="200",path="/a\"b"`; a name that is
 * no plain one in quotes. Equal sets have equal texts.
 * Source: prometheus.io/docs/instrumenting/exposition_formats, and its proposal "UTF-8 support for metric and label names".
 */
export function formatLabelText(labels: Labels): string {
  return Object.keys(labels)
    .toSorted()
    .map((name) => labelPair(name, labels[name] ?? ''))
    .join(',');
}

/** One label of the text format, escaped. */
export function labelPair(name: string, value: string): string {
  return `${isLabelName(name) ? name : quoted(name)}=${quoted(value)}`;
}

/** The name of a metric in quotes, or a label's value. */
export function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** The pairs of a text of `formatLabelText`; of another text, those before the first that is none. */
export function* parseLabelText(text: string): Iterable<readonly [name: string, value: string]> {
  for (const [, plain, name = plain ?? '', value = ''] of text.matchAll(PAIR))
    yield [plain ?? unescaped(name), unescaped(value)];
}

function escaped(text: string): string {
  if (!/[\\"\n]/.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** Text between quotes; a backslash before anything else stands for itself, as it does in Prometheus. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([\\"n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
