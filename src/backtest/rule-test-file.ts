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
import * as z from 'zod';
import { parseDuration } from '../model/duration.ts';
import { Failure, messageOf } from '../model/failure.ts';

const MINUTE = 60_000;
/** RFC 3339 as Go reads it, or Unix seconds. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const SECONDS = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const TEXT_MAPS: ReadonlySet<unknown> = new Set(['exp_labels', 'exp_annotations', 'external_labels']);
/** Any float: `z.number()` refuses infinity and NaN. */
const float = z.custom<number>((value) => typeof value === 'number', 'not a number');
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const labels = z.record(z.string(), text).nullish();
const duration = z.string().transform((value, context) => {
  try {
    return parseDuration(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});
/** ms since the epoch. */
const timestamp = z.string().transform(parseMoment);

const alertTest = z.strictObject({
  eval_time: duration.default(0),
  alertname: text,
  exp_alerts: z
    .array(z.strictObject({ exp_labels: labels, exp_annotations: labels }))
    .nullish()
    .transform((alerts) => alerts ?? []),
});

const exprTest = z.strictObject({
  expr: text,
  eval_time: duration.default(0),
  exp_samples: z
    .array(
      z.strictObject({
        labels: text,
        value: float.nullish(),
        histogram: text,
      }),
    )
    .nullish()
    .transform((samples) => samples ?? []),
});

const testGroup = z.strictObject({
  name: text,
  interval: duration.nullish(),
  start_timestamp: timestamp.nullish(),
  input_series: z.array(z.strictObject({ series: text, values: text })).nullish(),
  alert_rule_test: z.array(alertTest).nullish(),
  promql_expr_test: z.array(exprTest).nullish(),
  external_labels: labels,
  external_url: text,
});

const testFile = z.strictObject({
  rule_files: z.array(text).nullish(),
  evaluation_interval: duration.default(MINUTE).transform((ms) => (ms === 0 ? MINUTE : ms)),
  group_eval_order: z.array(text).nullish(),
  fuzzy_compare: z.boolean().default(false),
  tests: z.array(testGroup).nullish(),
});

export type AlertTest = z.infer<typeof alertTest>;
export type ExprTest = z.infer<typeof exprTest>;
export type TestGroup = z.infer<typeof testGroup>;

/** promtool's rule unit-test file, durations in ms. */
export interface RuleTestFile extends z.infer<typeof testFile> {
  /** The line of a part of the file, from 1: `['tests', 0]`. */
  lineOf(path: readonly (string | number)[]): number;
}

/** @throws Failure `invalid`: `file:line: what is wrong` */
export function parseRuleTestFile(source: string, fileName: string): RuleTestFile {
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    // As Go's yaml package reads it: `<<`, `0o17`, `yes`.
    version: '1.1',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new Failure('invalid', `${fileName}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
  }
  const overridden = overriddenKey(document);
  if (overridden !== undefined) {
    const { line } = lines.linePos(overridden.range?.[0] ?? 0);
    throw new Failure(
      'invalid',
      `${fileName}:${line}: key ${String(overridden.value)} is set twice, by << too`,
    );
  }
  keepTexts(document);
  const lineOf = (path: readonly (string | number)[]): number => lineAt(document, lines, path);
  const parsed = testFile.safeParse(document.toJS() ?? {});
  if (parsed.success) return { ...parsed.data, lineOf };
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
  const where = path.length === 0 ? '' : `${path.join('.')}: `;
  throw new Failure(
    'invalid',
    `${fileName}:${lineOf(path)}: ${where}${issue?.message ?? 'not a rule test file'}`,
  );
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

function parseMoment(value: string, context: z.RefinementCtx): number {
  const ms = SECONDS.test(value) ? Number(value) * 1000 : Date.parse(MOMENT.test(value) ? value : '');
  if (Number.isNaN(ms))
    context.addIssue({ code: 'custom', message: `not a time: ${value} (write 2024-01-01T00:00:00Z)` });
  return ms;
}
