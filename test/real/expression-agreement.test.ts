import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseTestFile } from '../../src/promql/conformance/test-file.ts';
import { parseExpression } from '../../src/promql/parser.ts';
import { skipWithoutGo } from './go-program.ts';
import { refusedRules } from './refused-rules.ts';

/** Prometheus's own test files, kept beside the repository and never inside it. */
const FILES = join(import.meta.dirname, '..', '..', '..', 'shared', 'promqltest');
const skip = skipWithoutGo();

// prettier-ignore
const PIECES = [
  'up', 'x', 'a:b', 'é', '{a="b"}', '{a=~"b.*", c!="d"}', '{}', '{"x"}', '{__name__="x"}', '"s"', "'s'", '`s`',
  '[5m]', '[5m:1m]', '[5m:]', '[step()]', '[5m + 1m]', ' offset 5m', ' offset -5m', ' @ 10', ' @ start()', ' @ end()',
  '1', '2.5', '1e3', '0x1f', '1_0', '1.', '.5', 'Inf', 'NaN', '1h', '5m', 'step()', 'range()', 'time()', 'pi()',
  '(', ')', '(', ')', '{', '}', '[', ']', ', ', ':', '=', '!', '-', '+', ' ', '\n', '# c\n',
  ' + ', ' - ', ' * ', ' / ', ' % ', ' ^ ', ' == ', ' != ', ' > ', ' <= ', ' and ', ' or ', ' unless ', ' atan2 ', ' bool ',
  ' on (a) ', ' ignoring (a) ', ' group_left ', ' group_right (b) ', ' fill (0) ', ' fill_left (1) ', ' anchored', ' smoothed',
  'sum', 'sum by (a) ', 'sum without (a) ', ' by (a)', 'topk', 'count_values', 'quantile', 'limitk', 'limit_ratio',
  'rate', 'avg_over_time', 'predict_linear', 'histogram_quantile', 'histogram_quantiles', 'label_replace', 'absent', 'abs',
  'clamp', 'round', 'sort', 'sort_by_label', 'info', 'vector', 'scalar', 'min_of', 'day_of_month', 'mad_over_time',
];

/** Prometheus takes no comment where a duration is computed. */
const COMMENT_IN_RANGE = /\[[^\]]*#/;

async function assertAgreement(texts: readonly string[]): Promise<void> {
  const asked = texts.filter((text) => text.trim() !== '' && !COMMENT_IN_RANGE.test(text));
  const refused = await refusedRules(asked.map((expr) => ({ record: 'r', expr })));
  assert.ok(refused.size > 0 && refused.size < asked.length, `${refused.size} of ${asked.length} refused`);
  assert.deepEqual(
    asked.filter((text, index) => isRefused(text) !== refused.has(index)),
    [],
  );
}

function isRefused(text: string): boolean {
  try {
    parseExpression(text);
    return false;
  } catch {
    return true;
  }
}

test('promtool takes and refuses expressions as we do: 3,000 made of pieces', { skip }, () => {
  const text = fc
    .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 7 })
    .map((pieces) => pieces.join(''));
  return assertAgreement(fc.sample(text, { seed: 1, numRuns: 3000 }));
});

const absent = skip === false && !existsSync(FILES) ? 'the test files of Prometheus are not here' : skip;
test('those of the test files, and 3,000 with a word changed', { skip: absent }, async () => {
  const files = readdirSync(FILES).filter((name) => name.endsWith('.test'));
  const corpus = files.flatMap((name) =>
    parseTestFile(readFileSync(join(FILES, name), 'utf8')).flatMap((block) =>
      block.kind === 'eval' ? [block.expr] : [],
    ),
  );
  const words = corpus.map((text) => text.match(/\s+|[\w.]+|"[^"]*"|\W/g) ?? []);
  const inserted = fc.option(fc.constantFrom(...PIECES), { nil: '' });
  const changed = fc
    .tuple(fc.constantFrom(...words), fc.nat(), fc.nat(2), inserted)
    .map(([text, at, removed, piece]) => text.toSpliced(at % (text.length + 1), removed, piece).join(''));
  await assertAgreement([...new Set(corpus), ...fc.sample(changed, { seed: 1, numRuns: 3000 })]);
});
