import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { messageOf } from '../model/failure.ts';
import { labelsKey, type Labels } from '../model/labels.ts';
import { evaluateInstant } from './evaluate.ts';
import type { Instant } from './nodes/node.ts';
import { parseExpression } from './parser.ts';
import { prepareQuery } from './prepare.ts';
import { FollowingSeries } from './testing/following-series.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = 1_000_000 * MINUTE;

/** One of each kind of node, and some in combination. */
const EXPRESSIONS = [
  'work_total',
  '{__name__=~"work_total|level"}',
  'level offset 1m',
  `level @ ${(START + 3 * MINUTE) / 1000}`,
  'level @ end()',
  'timestamp(level)',
  '-level',
  'abs(level - 50)',
  'clamp(level, 20, 60)',
  'hour(work_total)',
  'rate(work_total[2m])',
  'increase(work_total[1m] offset 30s)',
  'delta(level[1m])',
  'irate(work_total[1m])',
  'last_over_time(level[1m])',
  'count_over_time({__name__=~"work_total|level"}[1m])',
  'max_over_time(level[2m])',
  'quantile_over_time(0.9, level[2m])',
  'predict_linear(level[2m], 600)',
  'changes(level[2m]) + resets(work_total[2m])',
  'sum by (tenant) (rate(work_total[1m]))',
  'avg without (task) (level)',
  'topk(2, level)',
  'quantile by (tenant) (0.5, level)',
  'count_values("value", level)',
  'work_total / on (tenant, task) level',
  'level > on (tenant) group_left () sum by (tenant) (level) / 3',
  'level and on (tenant, task) work_total > 0',
  'level or work_total',
  'work_total unless level',
  'level > bool 50',
  'histogram_quantile(0.9, sum by (le, tenant) (rate(wait_bucket[1m])))',
  'absent(level{task="2"})',
  'absent_over_time(level{task="1"}[30s])',
  'scalar(sum(level)) + level',
  'level * on (tenant, task) group_left (le) wait_bucket{le="1"}',
  'sum by (tenant) (level) - on (tenant) group_right () work_total',
  'work_total + fill_left (1) fill_right (2) level',
  'level * on (tenant) group_left (task) fill (1) max by (tenant, task) (work_total{task="1"})',
  'limit_ratio(-0.5, {__name__=~".+"})',
  'stddev by (tenant) (level)',
  'count by (le) (wait_bucket or level)',
  'histogram_fraction(0, 1, wait_bucket)',
  'histogram_quantiles(wait_bucket, "q", 0.5, 0.9)',
  'sort_by_label(level, "task")',
  'info(level, {__name__="work_total"})',
  'label_replace(level, "place", "$1", "task", "(.*)")',
  'label_join(level, "place", "-", "tenant", "task")',
  'sort_desc(level)',
  'vector(time())',
  'max_over_time(rate(work_total[1m])[5m:15s])',
  'avg_over_time(level[2m:20s] offset 10s)',
  'sum_over_time(sum_over_time(level[30s:10s])[1m:15s])',
  'sum_over_time((level @ end())[5m:15s])',
  'sum_over_time((level offset -2m)[5m:15s])',
  'sum_over_time((level smoothed)[5m:15s])',
  `count_over_time((level @ ${(START + 10 * MINUTE) / 1000})[5m:15s])`,
  'rate(work_total[2m] anchored)',
  `sum(level) - sum(level @ ${(START + 3 * MINUTE) / 1000})`,
];

interface Round {
  /** How much later than the one before, s. */
  readonly pause: number;
  readonly samples: readonly { readonly series: number; readonly value: number | 'stale' }[];
  /** Whether old samples are forgotten, and with them series that ended. */
  readonly sweeps: boolean;
  /** Whether the rules ask a second time, a minute earlier. */
  readonly asksBack: boolean;
  /** The samples that every rule may read before it is stopped and asked again; none is stopped where there are many. */
  readonly budget: number;
}

const SERIES: readonly Labels[] = ['a', 'b'].flatMap((tenant) =>
  ['1', '2'].flatMap((task) => [
    { __name__: 'work_total', tenant, task },
    { __name__: 'level', tenant, task },
    { __name__: 'wait_bucket', tenant, task, le: '1' },
    { __name__: 'wait_bucket', tenant, task, le: '+Inf' },
  ]),
);

const number = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 100 }) },
  { weight: 2, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0) },
);
const anySample = fc.record({
  series: fc.nat(SERIES.length - 1),
  value: fc.oneof({ weight: 9, arbitrary: number }, { weight: 1, arbitrary: fc.constant('stale' as const) }),
});
const anyRound: fc.Arbitrary<Round> = fc.record({
  pause: fc.constantFrom(5, 5, 5, 7, 15, 60, 400),
  samples: fc.uniqueArray(anySample, { maxLength: SERIES.length, selector: ({ series }) => series }),
  sweeps: fc.constantFrom(false, false, true),
  asksBack: fc.constantFrom(false, false, false, true),
  budget: fc.oneof(fc.nat(120), fc.constant(10_000)),
});

test('a prepared query answers as one that was never asked before, whatever was born, died and came back', () => {
  fc.assert(
    fc.property(fc.array(anyRound, { minLength: 1, maxLength: 40 }), (rounds) => {
      const reader = new FollowingSeries();
      const rereading = withoutFollow(reader);
      const queries = EXPRESSIONS.map((text) => {
        const expr = parseExpression(text);
        const follows = prepareQuery(expr, { reader });
        return { text, expr, follows, rereads: prepareQuery(expr, { reader: rereading }) };
      });
      const compareAt = (time: number, maxSamples: number): void => {
        for (const { text, expr, follows, rereads } of queries) {
          for (const query of [follows, rereads]) answerOf(() => elementsOf(query.at(time, { maxSamples })));
          const fresh = answerOf(() => valuesOf(evaluateInstant(expr, { reader: rereading, time })));
          assert.deepEqual(
            answerOf(() => elementsOf(follows.at(time))),
            fresh,
            `${text} at ${time}`,
          );
          assert.deepEqual(
            answerOf(() => elementsOf(rereads.at(time))),
            fresh,
            `${text}, read again, at ${time}`,
          );
        }
      };
      let time = START;
      for (const { pause, samples, sweeps, asksBack, budget } of rounds) {
        time += pause * SECOND;
        if (sweeps) reader.forgetUpTo(time - 20 * MINUTE);
        for (const { series, value } of samples) reader.append(SERIES[series] ?? {}, time, value);
        compareAt(time, budget);
        if (asksBack) compareAt(time - MINUTE, budget);
      }
    }),
    { numRuns: 40 },
  );
});

test('in a quiet round nothing is made anew', () => {
  const reader = new FollowingSeries();
  const level = (task: string) => ({ __name__: 'level', task });
  reader.append(level('1'), START, 5);
  const query = prepareQuery(parseExpression('sum by (task) (rate(level[1m])) or abs(level)'), { reader });
  const first = query.at(START);
  const { frame, values } = first;
  const { epoch, length } = frame;
  const labels = frame.labels(1);
  reader.append(level('1'), START + 5 * SECOND, 6);
  const second = query.at(START + 5 * SECOND);
  assert.equal(second.frame, frame);
  assert.deepEqual([frame.epoch, frame.length], [epoch, length]);
  assert.equal(second.values, values);
  assert.equal(frame.labels(1), labels);
  reader.append(level('2'), START + 10 * SECOND, 7);
  query.at(START + 10 * SECOND);
  assert.equal(frame.epoch, epoch, 'a birth is no new epoch');
  assert.ok(frame.length > length);
});

test('a scalar is one element without labels', () => {
  const { frame, values, present } = prepareQuery(parseExpression('time() + 1'), {
    reader: new FollowingSeries(),
  }).at(5 * SECOND);
  assert.deepEqual([frame.length, frame.labels(0), values[0], present[0]], [1, {}, 6, 1]);
});

test('refuses what is no instant vector, and what can never be evaluated', () => {
  const prepare = (text: string) => () =>
    prepareQuery(parseExpression(text), { reader: new FollowingSeries() });
  assert.throws(prepare('"text"'), /yields a string, not an instant vector/);
  assert.throws(prepare('level[5m]'), /yields a range vector/);
  assert.throws(prepare('label_replace(level, "a", "$1", "b", "(")'), /invalid regular expression/);
});

test('each evaluation has a budget of its own, and one that failed can be asked again', () => {
  const reader = new FollowingSeries();
  for (let i = 0; i < 60; i++) reader.append({ __name__: 'level' }, START + i * SECOND, i);
  const query = prepareQuery(parseExpression('sum_over_time(max_over_time(level[20s])[40s:5s])'), { reader });
  const at = START + 59 * SECOND;
  assert.throws(() => query.at(at, { maxSamples: 100 }), /more than 100 samples/);
  const expected = 20 + 25 + 30 + 35 + 40 + 45 + 50 + 55;
  for (let i = 0; i < 3; i++) assert.equal(query.at(at, { maxSamples: 1000 }).values[0], expected);
});

test('names that are kept to the end tell series apart until then', () => {
  const reader = new FollowingSeries();
  for (const name of ['a', 'b']) {
    reader.append({ __name__: name }, START, 1);
    reader.append({ __name__: name }, START + MINUTE, 7);
  }
  const expr = parseExpression('sum(delta({__name__=~"a|b"}[2m]))');
  const at = START + MINUTE;
  assert.throws(() => prepareQuery(expr, { reader }).at(at), /same labelset/);
  assert.equal(prepareQuery(expr, { reader, delayedNameRemoval: true }).at(at).values[0], 24);
  const apart = parseExpression('abs({__name__=~"a|b"})');
  assert.throws(() => prepareQuery(apart, { reader, delayedNameRemoval: true }).at(at), /same labelset/);
});

function withoutFollow(reader: FollowingSeries): Pick<FollowingSeries, 'select'> {
  return { select: (matchers, range) => reader.select(matchers, range) };
}

/** The answer, or the message of its failure. */
function answerOf(ask: () => ReadonlyMap<string, string>): unknown {
  try {
    return Object.fromEntries(ask());
  } catch (error) {
    return messageOf(error);
  }
}

/** The bits of every element by its labels. */
function elementsOf({ frame, values, present }: Instant): ReadonlyMap<string, string> {
  const elements = new Map<string, string>();
  for (let i = 0; i < frame.length; i++)
    if (present[i] === 1) elements.set(labelsKey(frame.labels(i)), bitsOf(values[i] ?? 0));
  return elements;
}

function valuesOf(value: ReturnType<typeof evaluateInstant>): ReadonlyMap<string, string> {
  assert.ok(value.type === 'vector');
  return new Map(value.labels.map((labels, i) => [labelsKey(labels), bitsOf(value.values[i] ?? 0)]));
}

/** All NaN are one: no operation promises which of them it yields. */
function bitsOf(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
