import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRuler } from './ruler.ts';
import { groupsOf, RulerBench } from './testing/ruler-bench.ts';

const SECOND = 1000;
const ROUND = 15 * SECOND;

interface Told {
  /** What `ALERTS` says after each round: nothing, pending, firing. */
  readonly series: string;
  /** What the sink hears of alerts, with the second. */
  readonly sink: readonly string[];
}

/** Rounds of 15 s with a value of `m` for each; `-`: its series is gone. */
function play(rule: string, values: string): Told {
  const bench = new RulerBench();
  const ruler = createRuler(bench.options);
  ruler.load(groupsOf(`{ alert: A, ${rule} }`));
  const sink: string[] = [];
  const series = values.split('').map((value, round) => {
    const now = round * ROUND;
    bench.updates.length = 0;
    bench.set(now, value === '-' ? 'stale' : Number(value));
    ruler.evaluateGroup('g', now);
    for (const { state, labels, annotations } of bench.updates.flatMap(({ alerts }) => alerts))
      sink.push(
        [now / SECOND, state, labels['size'], annotations['summary']]
          .filter((part) => part !== undefined)
          .join(' '),
      );
    return seriesAt(bench, now);
  });
  return { series: series.join(''), sink };
}

/** Checks that `ALERTS_FOR_STATE` is there with `ALERTS` and at no other time. */
function seriesAt(bench: RulerBench, now: number): string {
  const alerts = (state: string): boolean => bench.query(`count(ALERTS{alertstate="${state}"})`, now) === 1;
  const letter = `${alerts('pending') ? 'p' : ''}${alerts('firing') ? 'f' : ''}`;
  const since = bench.query('ALERTS_FOR_STATE', now);
  assert.equal(since !== undefined, letter !== '', `ALERTS_FOR_STATE at ${now / SECOND}`);
  return letter === '' ? '.' : letter;
}

/** Times 60 s apart. */
function everyMinute(from: number, to: number, what: string): string[] {
  return Array.from({ length: (to - from) / 60 + 1 }, (_, index) => `${from + index * 60} ${what}`);
}

/** The cases of the alert generator tests of prometheus/compliance, on a clock that need not be waited for. */
describe('an alert generator as Prometheus specifies it', () => {
  const cases: [what: string, rule: string, values: string, series: string, sink: readonly string[]][] = [
    ['pending, then firing', 'expr: m > 0, for: 30s', '01111', '.ppff', ['45 firing']],
    ['firing at once without for', 'expr: m > 0', '011', '.ff', ['15 firing']],
    ['another value changes no state', 'expr: m > 0, for: 30s', '012345', '.ppfff', ['45 firing']],
    ['resolved', 'expr: m > 0', '010', '.f.', ['15 firing', '30 resolved']],
    ['resolved when its series is gone', 'expr: m > 0', '01-', '.f.', ['15 firing', '30 resolved']],
    ['never told when it is gone before it fires', 'expr: m > 0, for: 1m', '0110', '.pp.', []],
    [
      'pending from the start when it comes back',
      'expr: m > 0, for: 30s',
      '01101110',
      '.pp.ppf.',
      ['90 firing', '105 resolved'],
    ],
    [
      'another alert after it was resolved',
      'expr: m > 0',
      '0101',
      '.f.f',
      ['15 firing', '30 resolved', '45 firing'],
    ],
    [
      'firing again and again, every minute',
      'expr: m > 0',
      '1'.repeat(13),
      'f'.repeat(13),
      everyMinute(0, 180, 'firing'),
    ],
    [
      'resolved again and again for 15 minutes',
      'expr: m > 0',
      `1${'0'.repeat(70)}`,
      `f${'.'.repeat(70)}`,
      ['0 firing', ...everyMinute(15, 915, 'resolved')],
    ],
    [
      'annotations with its value, as of the last minute',
      'expr: m > 0, annotations: { summary: "{{ $labels.tenant }} {{ $value }}" }',
      '12345',
      'fffff',
      ['0 firing a 1', '60 firing a 5'],
    ],
    [
      'another alert when a label holds the value',
      'expr: m > 0, labels: { size: "{{ $value }}" }',
      '12',
      'ff',
      ['0 firing 1', '15 resolved 1', '15 firing 2'],
    ],
  ];
  for (const [what, rule, values, series, sink] of cases)
    test(what, () => assert.deepEqual(play(rule, values), { series, sink }));

  test('ALERTS_FOR_STATE is the second since which the condition is true, whatever the state', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m > 0, for: 30s }'));
    const seen = [2, 3, 4, 5].map((round) => {
      bench.set(round * ROUND, 1);
      ruler.evaluateGroup('g', round * ROUND);
      return bench.query('ALERTS_FOR_STATE{alertname="A", tenant="a"}', round * ROUND);
    });
    assert.deepEqual(seen, [30, 30, 30, 30]);
  });
});
