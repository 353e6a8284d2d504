import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ColumnBatch } from '../../model/column-batch.ts';
import { defineDataset, type EventDataset } from '../../model/dataset.ts';
import type { JsonValue } from '../../model/json.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { decodeContribution, encodeContribution } from './contribution-codec.ts';
import { OpenWindows, type OpenWindowsOptions } from './open-windows.ts';

const START = 1_795_000_000_000;
const DAY = 86_400_000;

const requests = defineDataset({
  name: 'request',
  kind: 'event',
  help: 'Requests of a test.',
  dimensions: { route: { help: 'Route.' } },
  fields: { duration_seconds: { type: 'double', unit: 'seconds', help: 'Duration.' } },
  derives: {},
  rollup: { windowMs: 10_000, by: ['route'], of: { duration_seconds: [0.05, 0.2] } },
  seriesLimit: 3,
});
const { rollup: _rollup, ...withoutRollup } = requests;
const unrolled = defineDataset({ ...withoutRollup, name: 'unrolled' });

interface Request {
  readonly time: number;
  readonly tenant?: string;
  readonly route?: string;
  readonly duration?: number | undefined;
}

function batchOf(events: readonly Request[], dataset: EventDataset = requests): ColumnBatch {
  const columns = new ColumnBatch();
  for (const { time, tenant = 'acme', route = '/a', duration } of events) {
    const values = duration === undefined ? {} : { duration_seconds: duration };
    columns.add({ dataset, time, dimensions: { route }, values }, tenant);
  }
  return columns;
}

function open(options: Partial<OpenWindowsOptions> = {}): OpenWindows {
  return new OpenWindows({ namespace: 'test', emitter: 'e1', metrics: NO_METRICS, ...options });
}

function add(windows: OpenWindows, events: readonly Request[], now: number): void {
  windows.add(windows.contribution(batchOf(events)) ?? [], now);
}

interface Document {
  readonly '@timestamp': string;
  readonly tenant: string;
  readonly route?: string;
  readonly rollup_id: string;
  readonly count: number;
  readonly duration_seconds_count?: number;
  readonly duration_seconds_sum?: number;
}

/** Everything due at `now`, closed at once. */
function emit(windows: OpenWindows, now: number, note?: (closed: JsonValue) => void): Document[] {
  const documents: Document[] = [];
  for (let next = windows.due(now); next !== undefined; next = windows.due(now)) {
    const lines = Buffer.from(next.lines).toString().trimEnd().split('\n');
    assert.equal(lines.length, next.documents * 2);
    for (const [at, line] of lines.entries()) {
      if (at % 2 === 1) documents.push(JSON.parse(line));
      else assert.deepEqual(JSON.parse(line), { create: { _index: 'metrics-octopus.request-test' } });
    }
    const closed: JsonValue = JSON.parse(JSON.stringify(next.closed));
    windows.close(closed);
    note?.(closed);
  }
  return documents;
}

test('a window becomes one document per group: deltas, buckets at or below their bound', () => {
  const windows = open();
  const durations = [0.05, 0.051, 3, undefined];
  add(
    windows,
    durations.map((duration, i) => ({ time: START + i, duration })),
    START,
  );
  add(
    windows,
    [
      { time: START + 9999, duration: 0.01 },
      { time: START + 1, route: '' },
    ],
    START,
  );
  assert.deepEqual(emit(windows, START + 20_000), [
    {
      '@timestamp': new Date(START).toISOString(),
      tenant: 'acme',
      route: '/a',
      rollup_id: 'e1-0-0',
      count: 5,
      duration_seconds_count: 4,
      duration_seconds_sum: 0.05 + 0.051 + 3 + 0.01,
      duration_seconds_min: 0.01,
      duration_seconds_max: 3,
      duration_seconds_le_0_05: 2,
      duration_seconds_le_0_2: 3,
    },
    { '@timestamp': new Date(START).toISOString(), tenant: 'acme', rollup_id: 'e1-0-1', count: 1 },
  ]);
  assert.deepEqual(emit(windows, START + 20_000), []);
});

describe('a window is due', () => {
  const cases: readonly (readonly [string, number, number, boolean])[] = [
    ['not before it ended', START, START + 9999, false],
    ['not at once after its end', START, START + 14_999, false],
    ['a delay after its end', START, START + 15_000, true],
    ['not while events still come', START + 13_000, START + 15_000, false],
    ['when they stopped', START + 13_000, START + 18_000, true],
    ['when it never ends, after a while', START - DAY, START - DAY + 70_000, true],
  ];
  for (const [name, touched, now, isDue] of cases) {
    test(name, () => {
      const windows = open();
      add(windows, [{ time: START }], touched);
      assert.equal(emit(windows, now).length, isDue ? 1 : 0);
    });
  }

  test('a delay after its end by a clock that was set back', () => {
    const windows = open();
    add(windows, [{ time: START }], START + 3_600_000);
    assert.equal(emit(windows, START + 60_000).length, 0);
    assert.equal(emit(windows, START + 65_000).length, 1);
  });

  test('one that never ends, after a while also when the clock was set back while it was open', () => {
    const windows = open();
    add(windows, [{ time: START + DAY }], START + 3_600_000);
    add(windows, [{ time: START + DAY }], START);
    assert.equal(emit(windows, START).length, 0);
    assert.equal(emit(windows, START + 70_000).length, 1);
  });

  test('when events come to it for ever, all the same', () => {
    const windows = open();
    let emitted = 0;
    for (let now = START; now < START + 200_000; now += 1000) {
      add(windows, [{ time: START }], now);
      emitted += emit(windows, now).length;
    }
    assert.equal(emitted, 2);
  });
});

test('what comes late is another document, each 1 ms further; also after a restart', () => {
  let windows = open();
  const times: string[] = [];
  for (let round = 0; round < 3; round++) {
    add(windows, [{ time: START + 5 }], START);
    times.push(...emit(windows, START + 60_000).map((document) => document['@timestamp']));
    const snapshot: JsonValue = JSON.parse(JSON.stringify(windows.snapshot()));
    windows = open();
    windows.restore(snapshot, START);
  }
  assert.deepEqual(
    times,
    [0, 1, 2].map((ms) => new Date(START + ms).toISOString()),
  );
});

test('windows forgotten after a day go on with a counter, within the window', () => {
  const windows = open();
  for (const at of [START, START + 2 * DAY]) {
    add(windows, [{ time: at }], at);
    emit(windows, at + 60_000);
  }
  const seen = new Set<string>();
  for (let round = 0; round < 10_001; round++) {
    add(windows, [{ time: START }], START + 2 * DAY);
    for (const document of emit(windows, START + 2 * DAY + 60_000)) seen.add(document['@timestamp']);
  }
  assert.equal(seen.size, 10_000);
  for (const time of seen) assert.ok(Date.parse(time) >= START && Date.parse(time) < START + 10_000);
});

test('a tenant with too many groups: the excess is counted under other, per tenant, and reported', () => {
  const counted: unknown[] = [];
  const metrics = { ...NO_METRICS, increment: (...args: unknown[]) => void counted.push(args) };
  const windows = open({ metrics });
  const routes = ['/a', '/b', '/c', '/d', '/e', '/a', ''];
  add(
    windows,
    routes.map((route) => ({ time: START, route })),
    START,
  );
  add(windows, [{ time: START, tenant: 'small', route: '/z' }], START);
  const found = emit(windows, START + 60_000).map(({ tenant, route, count }) => [tenant, route, count]);
  assert.deepEqual(found, [
    ['acme', '/a', 2],
    ['acme', '/b', 1],
    ['acme', '/c', 1],
    ['acme', 'other', 2],
    ['acme', undefined, 1],
    ['small', '/z', 1],
  ]);
  assert.deepEqual(counted, [['octowatch_series_folded_total', { dataset: 'request' }, 2]]);
});

test('too many open groups: the oldest windows are emitted before their time, nothing is lost', () => {
  const windows = open({ maxGroups: 10 });
  let count = 0;
  for (let i = 0; i < 100; i++) {
    add(windows, [{ time: START + i * 10_000 }, { time: START + i * 10_000, route: '/b' }], START);
    for (const document of emit(windows, START)) count += document.count;
    assert.ok(windows.groups <= 10);
  }
  for (const document of emit(windows, START + DAY)) count += document.count;
  assert.equal(count, 200);
});

test('a large window is emitted in parts, each group once', () => {
  const windows = open();
  const tenants = Array.from({ length: 9000 }, (_, i) => `t${i}`);
  add(
    windows,
    tenants.map((tenant) => ({ time: START, tenant })),
    START,
  );
  const found = emit(windows, START + 60_000);
  assert.deepEqual(
    found.map(({ tenant }) => tenant),
    tenants,
  );
  assert.deepEqual(
    [...new Set(found.map((document) => Date.parse(document['@timestamp']) - START))],
    [0, 1, 2],
  );
});

test('events without a time a document can have, gauges and datasets without a rollup add nothing', () => {
  const windows = open();
  assert.equal(windows.contribution(batchOf([{ time: Number.NaN }, { time: -1 }])), undefined);
  assert.equal(windows.contribution(batchOf([{ time: START }], unrolled)), undefined);
  assert.equal(windows.contribution(new ColumnBatch()), undefined);
});

test('what could not be committed is due again, under another id', () => {
  const windows = open();
  add(windows, [{ time: START }], START);
  assert.notEqual(windows.due(START + 60_000), undefined);
  assert.deepEqual(
    emit(windows, START + 60_000).map((document) => document.rollup_id),
    ['e1-1-0'],
  );
});

const event = fc.record({
  time: fc.oneof(
    fc.integer({ min: START, max: START + 40_000 }),
    fc.constantFrom(START - 2 * DAY, Number.NaN, START + DAY),
  ),
  tenant: fc.constantFrom('acme', 'b & c', ''),
  route: fc.constantFrom('/a', '/b', '/c', '/d', '/ü', ''),
  duration: fc.oneof(fc.constantFrom(undefined, 0.05, 0.2, -0, Infinity), fc.double({ noNaN: true })),
});
const step = fc.record({
  events: fc.array(event, { maxLength: 12 }),
  wait: fc.integer({ min: 0, max: 30_000 }),
});

test('whatever comes in whatever order: every event is counted once, no id twice, and the log rebuilds the state', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.nat(12), (steps, snapshotAt) => {
      const live = open({ maxGroups: 6 });
      let replayed = open({ maxGroups: 6 });
      const found: Document[] = [];
      let now = START;
      for (const [at, { events, wait }] of steps.entries()) {
        const contribution = live.contribution(batchOf(events)) ?? [];
        live.add(contribution, now);
        replayed.add(decodeContribution(encodeContribution(contribution)), 0);
        now += wait;
        found.push(...emit(live, now, (closed) => replayed.close(closed)));
        if (at !== snapshotAt) continue;
        const snapshot: JsonValue = JSON.parse(JSON.stringify(replayed.snapshot()));
        replayed = open();
        replayed.restore(snapshot, 0);
      }
      assert.deepEqual(replayed.snapshot(), live.snapshot());
      found.push(...emit(live, now + 2 * DAY));
      const valid = steps.flatMap(({ events }) => events).filter(({ time }) => time >= 0);
      assert.equal(total(found.map(({ count }) => count)), valid.length);
      const observed = valid.filter(({ duration }) => Number.isFinite(duration));
      assert.equal(total(found.map((document) => document.duration_seconds_count ?? 0)), observed.length);
      assert.equal(new Set(found.map((document) => document.rollup_id)).size, found.length);
      const places = found.map((document) =>
        [document['@timestamp'], document.tenant, document.route].join(),
      );
      assert.equal(new Set(places).size, found.length);
    }),
  );
});

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
