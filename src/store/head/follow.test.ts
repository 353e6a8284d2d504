import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Frame } from '../../model/frame.ts';
import { formatLabels, type Labels } from '../../model/labels.ts';
import { createMatcher, type Matcher } from '../../model/matcher.ts';
import type { Selection } from '../../model/selection.ts';
import { isStale } from '../../model/series.ts';
import type { Fill } from './block.ts';
import { HeadWindow } from './head-window.ts';

const START = 1_800_000_000_000;
const WINDOW = { defaultMs: 200_000, byMetric: new Map([['short', 70_000]]) };
const FOREVER = { defaultMs: 1e9, byMetric: new Map<string, number>() };

interface Sample {
  readonly time: number;
  readonly value: number;
  readonly stale: boolean;
}

const FOLLOWED: readonly (readonly Matcher[])[] = [
  [createMatcher('__name__', '=', 'long')],
  [createMatcher('__name__', '=', 'short')],
  [createMatcher('__name__', '=~', 'l.*|short')],
  [createMatcher('tenant', '=', 't1'), createMatcher('__name__', '!=', 'other')],
  [],
];

const step = fc.record({
  block: fc.nat(2),
  wait: fc.constantFrom(0, 1, 1, 1, 5, 30),
  fill: fc.constantFrom<Fill>('gap', 'stale', 'stale'),
  puts: fc.array(
    fc.tuple(fc.nat(7), fc.oneof(fc.nat(20), fc.constantFrom(Number.NaN, Infinity, 'stale' as const))),
    { maxLength: 6 },
  ),
  often: fc.constantFrom(1, 1, 1, 30, 90),
  back: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 40, 500),
  sweep: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

// What was swept is not carried on, and its labels are free for another writer: with a clock that is set back, sooner
// than where nothing is swept.
const mode = fc.constantFrom('twin', 'sweep', 'back');

function restricted(drawn: Step, without: string): Omit<Step, 'fill'> & { fill: Fill } {
  if (without === 'sweep') return { ...drawn, sweep: false };
  if (without === 'back') return { ...drawn, back: 0 };
  return { ...drawn, fill: drawn.fill === 'gap' ? 'carry' : drawn.fill };
}

function labelsOf(number: number): Labels {
  return { __name__: ['long', 'short', 'other', 'last'][number % 4] ?? '', tenant: `t${number >> 2}` };
}

/** A window, the time it is driven at, and its followers. */
class Driver {
  readonly window: HeadWindow;
  now = START;
  /** What had left the window before the clock was set back does not return. */
  latest = START;
  readonly selections: readonly Selection[];

  constructor(windows: typeof WINDOW) {
    this.window = new HeadWindow(windows);
    this.selections = FOLLOWED.map((matchers) => this.window.follow(matchers));
  }

  apply({ block: number, wait, fill, puts, often, back, sweep }: Omit<Step, 'fill'> & { fill: Fill }): void {
    this.now -= back * 1000;
    for (let i = 0; i < often; i++) {
      this.now += wait * 1000;
      this.latest = Math.max(this.latest, this.now);
      this.#tick(number, fill, puts, i);
    }
    if (sweep) this.window.sweep(this.now, 1000);
  }

  #tick(number: number, fill: Fill, puts: Step['puts'], add: number): void {
    const block = this.window.block('rule', `b${number}`, '');
    if (this.window.begin(block, this.now, this.now) !== undefined) return;
    for (const [series, value] of puts) {
      const id = this.window.series(block, labelsOf(series));
      if (id < 0) continue;
      if (value === 'stale') block.putStale(id);
      else block.put(id, value + add);
    }
    this.window.finish(block, fill);
  }

  samples(matchers: readonly Matcher[], start: number, end: number): Map<string, Sample[]> {
    const found = new Map<string, Sample[]>();
    for (const { labels, timestamps, values } of this.window.select(matchers, { start, end })) {
      const samples = Array.from(timestamps, (time, i) => {
        const stale = isStale(values, i);
        return { time, value: stale ? 0 : (values[i] ?? 0), stale };
      });
      assert.ok(!found.has(formatLabels(labels)), 'one series of each labels');
      found.set(formatLabels(labels), samples);
    }
    return found;
  }
}

function checkInstant(driver: Driver, selection: Selection, matchers: readonly Matcher[]): void {
  for (const [ago, lookback] of [
    [0, 300],
    [3, 5],
    [31, 60],
  ] as const) {
    const time = driver.now - ago * 1000;
    const samples = driver.samples(matchers, time - lookback * 1000 + 0.5, time);
    const expected = Array.from(samples, ([name, all]) => [name, all.at(-1)] as const).filter(
      ([, last]) => last?.stale === false,
    );
    const values = new Float64Array(selection.length);
    const present = new Uint8Array(selection.length).fill(7);
    const timestamps = new Float64Array(selection.length);
    selection.instant(time, lookback * 1000, values, present, timestamps);
    const found: [string, Sample][] = [];
    for (let i = 0; i < selection.length; i++) {
      if (present[i] === 0) continue;
      const sample = { time: timestamps[i] ?? 0, value: values[i] ?? 0, stale: false };
      found.push([formatLabels(selection.labels(i)), sample]);
    }
    assert.deepEqual(new Map(found), new Map(expected));
    assert.equal(found.length, expected.length);
  }
}

function checkRanges(driver: Driver, selection: Selection, matchers: readonly Matcher[]): void {
  for (const [ago, length] of [
    [0, 20],
    [0, 300],
    [7, 40],
  ] as const) {
    const end = driver.now - ago * 1000;
    const start = end - length * 1000;
    selection.seek(start, end);
    const expected = new Map<string, Sample[]>();
    for (const [name, all] of driver.samples(matchers, start + 0.5, end)) {
      const values = all.filter(({ stale }) => !stale);
      if (values.length > 0) expected.set(name, values);
    }
    const found = new Map<string, Sample[]>();
    for (let i = 0; i < selection.length; i++) {
      const samples = windowOf(selection, i);
      if (samples !== undefined) found.set(formatLabels(selection.labels(i)), samples);
      checkEdges(selection, i, samples);
    }
    assert.deepEqual(found, expected);
  }
}

function windowOf(selection: Selection, position: number): Sample[] | undefined {
  const window = selection.window(position);
  if (window === undefined) return undefined;
  const times = window.timestamps.slice(0, window.length);
  return Array.from(times, (time, i) => ({ time, value: window.values[i] ?? 0, stale: false }));
}

function checkEdges(selection: Selection, position: number, samples: Sample[] | undefined): void {
  const edges = selection.edges(position);
  if (samples === undefined) return assert.equal(edges, undefined);
  const falls = samples.some(({ value }, i) => value < (samples[i - 1]?.value ?? -Infinity));
  const { rises, ...ends } = { ...edges };
  const [first, last] = [samples[0], samples.at(-1)];
  assert.deepEqual(ends, {
    count: samples.length,
    firstTime: first?.time,
    firstValue: first?.value,
    lastTime: last?.time,
    lastValue: last?.value,
  });
  assert.ok(rises !== true || !falls, 'what rises does not fall');
}

/** What rules could read: values of each series in its metric's window. */
function readable(driver: Driver): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>();
  for (const [name, samples] of driver.samples([], 0, driver.now)) {
    const from = driver.latest - (name.startsWith('short') ? 70_000 : 200_000);
    const values = samples.filter(({ time, stale }) => time > from && !stale);
    if (values.length > 0) found.set(name, values);
  }
  return found;
}

test('a followed selection agrees with select, and rings that wrap with ones that never do', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), mode, (steps, without) => {
      const driver = new Driver(WINDOW);
      const twin = new Driver(FOREVER);
      for (const drawn of steps) {
        const next = restricted(drawn, without);
        driver.apply(next);
        twin.apply(next);
        if (without !== 'twin') assert.deepEqual(readable(driver), readable(twin));
        for (const [i, selection] of driver.selections.entries()) {
          const matchers = FOLLOWED[i] ?? [];
          selection.refresh();
          checkInstant(driver, selection, matchers);
          checkRanges(driver, selection, matchers);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('positions hold as long as the epoch, and the dead are forgotten when they are most', () => {
  const { window, selections } = new Driver(WINDOW);
  const [selection] = selections;
  assert.ok(selection !== undefined);
  const frame: Frame = selection;
  let now = START;
  const kept: Labels[] = [];
  let epoch = frame.epoch;
  let epochs = 0;
  for (let round = 0; round < 300; round++) {
    now += 5000;
    const block = window.block('rule', 'b', '');
    window.begin(block, now, now);
    for (let i = 0; i < 20; i++) {
      const id = window.series(block, { __name__: 'long', n: String(i === 0 ? 0 : round + i) });
      block.put(id, i);
    }
    window.finish(block, 'stale');
    window.sweep(now, 1);
    selection.refresh();
    if (frame.epoch !== epoch) {
      epochs++;
      kept.length = 0;
    }
    epoch = frame.epoch;
    for (const [i, labels] of kept.entries()) assert.equal(frame.labels(i), labels);
    for (let i = kept.length; i < frame.length; i++) kept.push(frame.labels(i));
    assert.ok(frame.length < 200, `${frame.length} positions`);
  }
  assert.ok(epochs > 3 && epochs < 30, `${epochs} epochs`);
});

test('what is gone leaves its id and its ring to others, and its labels to nobody', () => {
  const window = new HeadWindow(WINDOW);
  let now = START;
  for (let round = 0; round < 400; round++) {
    now += 5000;
    const block = window.block('rule', 'b', '');
    window.begin(block, now, now);
    for (let i = 0; i < 50; i++) {
      const id = window.series(block, { __name__: 'long', tenant: `t${round}`, n: String(i) });
      block.put(id, i);
    }
    window.finish(block, 'stale');
    window.sweep(now, 1);
  }
  // 41 rounds are in the window with their markers, and as many more may wait in lists.
  assert.ok(window.index.size <= 45 * 50, `${window.index.size} series`);
  assert.ok(window.store.columns.labels.length <= 5000, `${window.store.columns.labels.length} ids`);
  // One of each size from 8 to 64.
  assert.ok(window.store.slab.pages.length <= 4, `${window.store.slab.pages.length} pages`);
  const gone = [createMatcher('tenant', '=', 't1')];
  assert.deepEqual(Array.from(window.index.select(gone)), []);
  assert.equal(window.index.find({ __name__: 'long', tenant: 't1', n: '1' }), -1);
  assert.equal(Array.from(window.index.select([createMatcher('tenant', '=', 't390')])).length, 50);
});
