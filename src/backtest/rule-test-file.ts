import * as z from 'zod';
import { parseDuration } from '../model/duration.ts';
import { messageOf } from '../model/failure.ts';
import { parseTestSource, type TestSource } from './test-source.ts';

const MINUTE = 60_000;
/** RFC 3339 as Go reads it, or Unix seconds. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const SECONDS = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Any float: `z.number()` refuses infinity and NaN. */
const float = z.custom<number>((value) => typeof value === 'number', 'not a number');
/** A text; one that is left out is empty. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const labels = z.record(z.string(), text).nullish();
/** A duration in ms. */
export const duration = z.string().transform((value, context) => {
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

/** An entry of `tests`. */
export const testGroup = z.strictObject({
  name: text,
  interval: duration.nullish(),
  start_timestamp: timestamp.nullish(),
  input_series: z.array(z.strictObject({ series: text, values: text })).nullish(),
  alert_rule_test: z.array(alertTest).nullish(),
  promql_expr_test: z.array(exprTest).nullish(),
  external_labels: labels,
  external_url: text,
});

export const testFile = z.strictObject({
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
export type RuleTestFile = z.infer<typeof testFile> & TestSource;

/** @throws Failure `invalid`: `file:line: what is wrong` */
export function parseRuleTestFile(source: string, fileName: string): RuleTestFile {
  return parseTestSource(source, fileName, testFile);
}

function parseMoment(value: string, context: z.RefinementCtx): number {
  const ms = SECONDS.test(value) ? Number(value) * 1000 : Date.parse(MOMENT.test(value) ? value : '');
  if (Number.isNaN(ms))
    context.addIssue({ code: 'custom', message: `not a time: ${value} (write 2024-01-01T00:00:00Z)` });
  return ms;
}
