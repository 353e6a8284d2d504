import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Scalar,
} from 'yaml';
import type * as z from 'zod';
import { Failure } from '../model/failure.ts';

type Path = readonly (string | number)[];

/** Where the parts of a test file stand. */
export interface TestSource {
  /** The line of a part of the file, from 1: `['tests', 0]`. */
  lineOf(path: Path): number;
  /** The file with all but one part blanked out: what reads that part alone names its lines as they are. */
  aloneAt(path: Path): string;
}

const TEXT_MAPS: ReadonlySet<unknown> = new Set(['exp_labels', 'exp_annotations', 'external_labels']);

/** Reads a file of tests as promtool reads its own. @throws Failure `invalid`: `file:line: what is wrong` */
export function parseTestSource<T extends object>(
  source: string,
  fileName: string,
  schema: z.ZodType<T>,
): T & TestSource {
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    // As Go's yaml package reads it: `<<`, `0o17`, `yes`.
    version: '1.1',
  });
  const refuse = (line: number, message: string): Failure =>
    new Failure('invalid', `${fileName}:${line}: ${message}`);
  const [error] = document.errors;
  if (error !== undefined) throw refuse(lines.linePos(error.pos[0]).line, error.message);
  const overridden = overriddenKey(document);
  if (overridden !== undefined) {
    const { line } = lines.linePos(overridden.range?.[0] ?? 0);
    throw refuse(line, `key ${String(overridden.value)} is set twice, by << too`);
  }
  keepTexts(document);
  const lineOf = (path: Path): number => lineAt(document, lines, path);
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success)
    return { ...parsed.data, lineOf, aloneAt: (path) => blankAround(source, document.getIn(path, true)) };
  const { path, message } = problemOf(parsed.error);
  throw refuse(lineOf(path), message);
}

function problemOf({ issues: [issue] }: z.ZodError): { path: Path; message: string } {
  const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
  const where = path.length === 0 ? '' : `${path.join('.')}: `;
  const inner = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const said = issue?.message ?? 'not a test file';
  return { path: [...path, ...inner], message: where + (isForAbsent(said) ? 'missing' : said) };
}

/** zod has no code of its own for what is not there. */
function isForAbsent(message: string): boolean {
  return message.endsWith('received undefined');
}

/** A key of labels or annotations that `<<` brings along as well: Go's strict YAML refuses it, so promtool does. */
function overriddenKey(document: Document): Scalar | undefined {
  let found: Scalar | undefined;
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !TEXT_MAPS.has(key.value) || !isMap(value)) return;
      const merged = value.items.filter((item) => isMergeKey(item.key));
      const names = new Set(merged.flatMap((item) => keysOf(item.value, document)).map((each) => each.value));
      found ??= keysOf(value, document).find((own) => names.has(own.value));
    },
  });
  return found;
}

function keysOf(node: unknown, document: Document): Scalar[] {
  const map = isAlias(node) ? node.resolve(document) : node;
  const keys: readonly unknown[] = isMap(map) ? map.items.map(({ key }) => key) : [];
  return keys.filter((key) => isScalar(key)).filter((key) => !isMergeKey(key));
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === '<<';
}

/** Takes all but the expected values and `fuzzy_compare` as written, `0x10` and `1.10` too. */
function keepTexts(document: Document): void {
  visit(document, {
    Pair(_, { key, value }, ancestors) {
      const name = isScalar(key) ? key.value : undefined;
      const isTyped = name === 'fuzzy_compare' || (name === 'value' && ancestors.some(isExpectedSamples));
      if (!isTyped) keepText(value);
    },
    Seq(_, { items }) {
      for (const item of items) keepText(item);
    },
  });
}

function isExpectedSamples(node: unknown): boolean {
  return isPair(node) && isScalar(node.key) && node.key.value === 'exp_samples';
}

function keepText(node: unknown): void {
  if (isScalar(node) && node.value !== null) node.value = node.source ?? node.value;
}

function lineAt(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range !== null && node.range !== undefined)
      return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function blankAround(source: string, node: unknown): string {
  const [start, end] = isNode(node) ? (node.range ?? [0, 0]) : [0, 0];
  const blank = source.slice(0, start).replaceAll(/[^\n]/g, ' ');
  return blank + source.slice(start, end);
}
