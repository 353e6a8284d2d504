import { isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import * as z from 'zod';
import { parseDuration } from '../model/duration.ts';
import { Failure, messageOf } from '../model/failure.ts';

const MINUTE = 60_000;
const text = z.string();
/** The fields that are not text: everything else is taken as written, `0x10` and `1.10` too. */
const TYPED: ReadonlySet<unknown> = new Set(['value', 'fuzzy_compare', 'start_timestamp']);
const labels = z.record(z.string(), text).nullish();
const duration = text.transform((value, context) => {
  try {
    return parseDuration(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});
/** Unix seconds or RFC 3339, as ms since the epoch. */
const timestamp = z.union([
  z.number().transform((seconds) => seconds * 1000),
  z.string().transform(parseMoment),
]);

const alertTest = z.strictObject({
  eval_time: duration.default(0),
  alertname: z.string(),
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
        labels: text.nullish(),
        value: z.number().nullish(),
        histogram: z.string().nullish(),
      }),
    )
    .nullish()
    .transform((samples) => samples ?? []),
});

const testGroup = z.strictObject({
  name: z.string().nullish(),
  interval: duration.nullish(),
  start_timestamp: timestamp.nullish(),
  input_series: z.array(z.strictObject({ series: z.string(), values: text })).nullish(),
  alert_rule_test: z.array(alertTest).nullish(),
  promql_expr_test: z.array(exprTest).nullish(),
  external_labels: labels,
  external_url: z.string().nullish(),
});

const testFile = z.strictObject({
  rule_files: z.array(z.string()).nullish(),
  evaluation_interval: duration.default(MINUTE),
  group_eval_order: z.array(z.string()).nullish(),
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
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, merge: true });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new Failure('invalid', `${fileName}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
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

function keepTexts(document: Document): void {
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && TYPED.has(key.value)) return;
      if (isScalar(value) && value.value !== null) value.value = value.source ?? value.value;
    },
  });
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
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(ms))
    context.addIssue({ code: 'custom', message: `not a time: ${value} (write 2024-01-01T00:00:00Z)` });
  return ms;
}
