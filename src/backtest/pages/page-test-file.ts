import * as z from 'zod';
import { toSilenceMatcher } from '../../alerts/mute/silence-matchers.ts';
import { parseMatchers } from '../../alerts/parse-matchers.ts';
import { messageOf } from '../../model/failure.ts';
import { duration, testFile, testGroup, text } from '../rule-test-file.ts';
import { parseTestSource, type TestSource } from '../test-source.ts';

const flag = z.enum(['true', 'false'], 'write true or false').transform((word) => word === 'true');
const count = z
  .string()
  .regex(/^\d+$/, 'write a whole number')
  .transform((digits) => Number(digits));
const required = z.string('missing').min(1, 'empty');

const matcher = z.string().transform((written, context) => {
  try {
    return parseMatchers(written).map(toSilenceMatcher);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});

const silence = z
  .strictObject({
    matchers: z.array(matcher).min(1, 'name the alerts it is for, such as tenant="acme"'),
    from: duration.default(0),
    for: duration.optional(),
    until: duration.optional(),
    created_by: z.string().default('test'),
    comment: text,
    until_resolved: flag.default(false),
    expire_at: duration.optional(),
  })
  .refine(
    ({ for: length, until }) => (length === undefined) !== (until === undefined),
    'write how long it holds, as for or as until',
  )
  .transform(({ for: length = 0, until, matchers, ...rest }) => ({
    ...rest,
    matchers: matchers.flat(),
    until: until ?? rest.from + length,
  }));

const expectedPage = z.strictObject({
  at: duration,
  within: duration.default(0),
  receiver: required,
  status: z.enum(['firing', 'resolved']).default('firing'),
  summary: required,
  wakes: flag.optional(),
  alerts: count.optional(),
  notes: z.array(text).optional(),
  details: z
    .strictObject({
      action: text.optional(),
      value: text.optional(),
      also_firing: z.array(text).optional(),
    })
    .optional(),
});

const pageTest = testGroup.extend({
  silences: z.array(silence).default([]),
  until: duration.optional(),
  page_test: z.array(expectedPage).nullish(),
});

const pageTestFile = testFile.extend({
  config_file: z.string().min(1, 'an empty path').optional(),
  config: z.unknown().optional(),
  tests: z.array(pageTest).nullish(),
});

/** Something that a receiver is to be told; `at` and `within` in ms. */
export type ExpectedPage = z.infer<typeof expectedPage>;

/** An entry of `tests`. */
export type PageTest = z.infer<typeof pageTest>;

/** promtool's rule unit-test file, and what stands between its alerts and people. */
export type PageTestFile = z.infer<typeof pageTestFile> & TestSource;

/** @throws Failure `invalid`: `file:line: what is wrong` */
export function parsePageTestFile(source: string, fileName: string): PageTestFile {
  return parseTestSource(source, fileName, pageTestFile);
}
