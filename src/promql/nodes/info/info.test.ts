import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Labels } from '../../../model/labels.ts';
import type { Matcher } from '../../../model/matcher.ts';
import { parseExpression } from '../../parser.ts';
import { elementsOf, FakeVector, type Element } from '../../testing/fake-vector.ts';
import type { Call, VectorSelector } from '../../tree.ts';
import { infoSelector } from './info-selector.ts';
import { infoNode } from './info.ts';

const ACME = { instance: 'a', job: '1' };
const METRIC: Labels = { __name__: 'metric', ...ACME, label: 'value' };
const TARGET: Labels = { __name__: 'target_info', ...ACME, data: 'info', more: 'x' };
const BUILD: Labels = { __name__: 'build_info', ...ACME, build: 'b7' };

/** The second argument of `info`, the info series that it selects, and what becomes of `METRIC`. */
const CASES: readonly (readonly [
  selector: string | undefined,
  info: Labels[],
  expected: Labels | undefined,
])[] = [
  [undefined, [TARGET], { ...METRIC, data: 'info', more: 'x' }],
  [undefined, [{ ...TARGET, job: '2' }], METRIC],
  [undefined, [{ __name__: 'target_info', instance: 'a', data: 'info' }], METRIC],
  ['{data=~".+"}', [TARGET], { ...METRIC, data: 'info' }],
  ['{data=~".+"}', [], undefined],
  ['{data=~".*"}', [], METRIC],
  ['{label="other"}', [{ ...TARGET, label: 'other' }], METRIC],
  ['{__name__="build_info"}', [BUILD], { ...METRIC, build: 'b7' }],
  ['{__name__=~".+_info"}', [BUILD, TARGET], { ...METRIC, build: 'b7', data: 'info', more: 'x' }],
];

for (const [selector, info, expected] of CASES) {
  test(`info(metric${selector === undefined ? '' : `, ${selector}`}) with ${info.length} info series`, () => {
    const node = infoNode(new FakeVector([[METRIC, 7]]), at(info, 1), matchersOf(selector));
    assert.deepEqual(elementsOf(node.at(0)), expected === undefined ? [] : [[expected, 7]]);
  });
}

test('an info series is not enriched itself', () => {
  const node = infoNode(
    new FakeVector([[BUILD, 1]]),
    at([BUILD, TARGET], 1),
    matchersOf('{__name__=~".+_info"}'),
  );
  assert.deepEqual(elementsOf(node.at(0)), [[BUILD, 1]]);
});

test('the newest info series counts, and two of the same time are an error', () => {
  const info = at([TARGET], 1);
  const node = infoNode(new FakeVector([[METRIC, 7]]), info, undefined);
  assert.equal(elementsOf(node.at(0))[0]?.[0]['data'], 'info');
  info.set([
    [TARGET, 1],
    [{ ...TARGET, data: 'news' }, 2],
  ]);
  assert.equal(elementsOf(node.at(1))[0]?.[0]['data'], 'news');
  info.set([
    [TARGET, 2],
    [{ ...TARGET, data: 'news' }, 2],
  ]);
  const message =
    'found duplicate series for info metric: ' +
    'existing {__name__="target_info", data="info", instance="a", job="1", more="x"} @ 2000, ' +
    'new {__name__="target_info", data="news", instance="a", job="1", more="x"} @ 2000';
  assert.throws(() => node.at(2), { reason: 'invalid', message });
  info.forget();
  info.set([[TARGET, 3]]);
  assert.equal(elementsOf(node.at(3))[0]?.[0]['data'], 'info');
});

test('info metrics that disagree are an error', () => {
  const info = at([TARGET, { ...BUILD, data: 'other' }], 1);
  const node = infoNode(new FakeVector([[METRIC, 7]]), info, matchersOf('{__name__=~".+_info"}'));
  assert.throws(() => node.at(0), { reason: 'invalid', message: 'conflicting label: data' });
});

const SELECTORS: readonly (readonly [
  call: string,
  names: string[],
  offsetMs: number,
  at: number | undefined,
])[] = [
  ['metric', ['=target_info'], 0, undefined],
  ['rate(metric[5m] offset 1m)', ['=target_info'], 60_000, undefined],
  ['metric @ 60', ['=target_info'], 0, 60_000],
  ['last_over_time((metric offset 1m)[10m:1m] @ 180)', ['=target_info'], 60_000, 180_000],
  ['last_over_time((metric @ 10)[10m:1m] offset 5m)', ['=target_info'], 0, 10_000],
  ['last_over_time(metric[5m:1m] offset 6m)', ['=target_info'], 360_000, undefined],
];

for (const [subject, names, offsetMs, time] of SELECTORS) {
  test(`the info series of ${subject} are read as it is`, () => {
    const selector = infoSelector(parseExpression(subject), undefined);
    assert.deepEqual(
      selector.matchers.map(({ operator, value }) => operator + value),
      names,
    );
    assert.equal(selector.offsetMs, offsetMs);
    assert.equal(selector.at, time);
  });
}

test('names that are only excluded leave those of info metrics', () => {
  const labels = secondArgument('{__name__!~"build.*", data="x"}');
  assert.deepEqual(
    infoSelector(parseExpression('metric'), labels).matchers.map(
      ({ name, operator, value }) => name + operator + value,
    ),
    ['__name__=~.+_info', '__name__!~build.*', 'data=x'],
  );
});

function at(info: readonly Labels[], seconds: number): FakeVector {
  return new FakeVector(info.map((labels): Element => [labels, seconds]));
}

function matchersOf(selector: string | undefined): readonly Matcher[] | undefined {
  return selector === undefined ? undefined : secondArgument(selector).matchers;
}

/** Only as an argument of `info` a selector may match everything. */
function secondArgument(selector: string): VectorSelector {
  return (parseExpression(`info(metric, ${selector})`) as Call).args[1] as VectorSelector;
}
