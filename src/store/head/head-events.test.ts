import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHead, read, requests, SECOND, START } from '../../../test/fakes/head-fixture.ts';
import { createMatcher } from '../../model/matcher.ts';

const named = (name: string): ReturnType<typeof createMatcher>[] => [createMatcher('__name__', '=', name)];
const TOTAL = named('octopus_requests_total');

test('events become counters at ticks, and the first value is an increase', async (t) => {
  const { head } = await openHead(t);
  head.ingest(requests('acme', [START, '/api', '2xx', 0.05], [START, '/api', '5xx', 0.05]), START);
  assert.deepEqual(read(head), {});
  head.tick(START);
  assert.deepEqual(read(head, TOTAL), {
    'octopus_requests_total{route="/api", tenant="acme"}': '-15:0 0:2',
  });
  const later = START + 5 * SECOND;
  head.ingest(requests('acme', [later, '/new', '2xx', 0.05], [later, '/api', '2xx', 0.05]), later);
  head.tick(later);
  assert.deepEqual(read(head, TOTAL), {
    'octopus_requests_total{route="/api", tenant="acme"}': '-15:0 0:2 5:3',
    'octopus_requests_total{route="/new", tenant="acme"}': '0:0 5:1',
  });
  assert.deepEqual(read(head, named('octopus_request_errors_total')), {
    'octopus_request_errors_total{tenant="acme"}': '-15:0 0:1 5:1',
  });
});

test('a histogram has cumulative buckets, a sum and a count', async (t) => {
  const { head } = await openHead(t);
  const rows = [0.05, 0.1, 0.5, 7].map((seconds) => [START, '/api', '2xx', seconds] as const);
  head.ingest(requests('acme', ...rows, [START, '/api', '2xx', Number.NaN]), START);
  head.tick(START);
  const name = 'octopus_request_duration_seconds';
  assert.deepEqual(read(head, [createMatcher('__name__', '=~', `${name}.*`)]), {
    [`${name}_bucket{le="0.1", tenant="acme"}`]: '-15:0 0:2',
    [`${name}_bucket{le="1", tenant="acme"}`]: '-15:0 0:3',
    [`${name}_bucket{le="+Inf", tenant="acme"}`]: '-15:0 0:4',
    [`${name}_sum{tenant="acme"}`]: '-15:0 0:7.65',
    [`${name}_count{tenant="acme"}`]: '-15:0 0:4',
  });
});

test('a tick writes what moved, and a heartbeat every 15 s', async (t) => {
  const { head } = await openHead(t, { windowMs: 60 * SECOND });
  head.ingest(requests('acme', [START, '/api', '2xx', 1]), START);
  for (let at = 0; at <= 40; at++) {
    const now = START + at * SECOND;
    if (at === 7) head.ingest(requests('acme', [now, '/api', '2xx', 1]), now);
    head.tick(now);
  }
  assert.equal(Object.values(read(head, TOTAL))[0], '-15:0 0:1 7:2 22:2 37:2');
});

test('what was counted is seen at once by who refreshes, and ticks stay as far apart as before', async (t) => {
  const { head } = await openHead(t, { windowMs: 120 * 60 * SECOND });
  head.ingest(requests('acme', [START, '/api', '2xx', 1]), START);
  for (let at = 0; at <= 40; at++) {
    const now = START + at * SECOND;
    if (at > 0) head.ingest(requests('acme', [now, '/api', '2xx', 1]), now);
    head.refresh(now);
    const series = read(head, TOTAL)['octopus_requests_total{route="/api", tenant="acme"}'] ?? '';
    assert.equal(series.split(' ').at(-1), `${at}:${at + 1}`);
  }
  assert.deepEqual(read(head, TOTAL), {
    'octopus_requests_total{route="/api", tenant="acme"}': '-15:0 0:1 15:16 30:31 40:41',
  });
});

test('a long window has its ticks further apart', async (t) => {
  const { head } = await openHead(t, { windowMs: 3600 * SECOND });
  for (let at = 0; at <= 16; at++) {
    const now = START + at * SECOND;
    head.ingest(requests('acme', [now, '/api', '2xx', 1]), now);
    head.tick(now);
  }
  assert.equal(Object.values(read(head, TOTAL))[0], '-15:0 0:1 8:9 16:17');
});

test('events too old or too far in the future are counted as late, not as events', async (t) => {
  const { head, metrics } = await openHead(t);
  const times = [-121, -120, 0, 30, 31].map((at) => [START + at * SECOND, '/api', '2xx', 1] as const);
  head.ingest(requests('acme', ...times), START);
  head.tick(START);
  assert.equal(Object.values(read(head, TOTAL))[0], '-15:0 0:3');
  assert.equal(metrics.counts['octowatch_events_late_total request'], 2);
});

test('label sets past the series limit are counted under other', async (t) => {
  const { head, metrics } = await openHead(t);
  const rows = Array.from({ length: 14 }, (_, i) => [START, `/r${i}`, '2xx', 1] as const);
  head.ingest(requests('acme', ...rows), START);
  head.tick(START);
  const found = read(head, TOTAL);
  assert.equal(Object.keys(found).length, 13);
  assert.equal(found['octopus_requests_total{route="/r11", tenant="acme"}'], '-15:0 0:1');
  assert.equal(found['octopus_requests_total{route="other", tenant="acme"}'], '-15:0 0:2');
  assert.equal(metrics.counts['octowatch_series_folded_total request'], 2);
  assert.ok(Object.keys(read(head, named('octopus_request_duration_seconds_count'))).length === 1);
});

test('counters go on after a restart, whoever is quiet then', async (t) => {
  const fixture = await openHead(t);
  const { head } = fixture;
  for (const tenant of ['acme', 'bolt'])
    head.ingest(requests(tenant, [START, '/api', '5xx', 0.5], [START, '/x', '2xx', 3]), START);
  head.tick(START);
  const before = read(head);
  const again = await fixture.reopen();
  assert.deepEqual(read(again), before);
  const later = START + 20 * SECOND;
  again.ingest(requests('acme', [later, '/api', '5xx', 0.5]), later);
  again.tick(later);
  const after = read(again);
  assert.equal(after['octopus_requests_total{route="/api", tenant="acme"}'], '-15:0 0:1 20:2');
  assert.equal(after['octopus_requests_total{route="/x", tenant="acme"}'], '-15:0 0:1 20:1');
  assert.equal(after['octopus_request_duration_seconds_sum{tenant="acme"}'], '-15:0 0:3.5 20:4');
  assert.equal(after['octopus_requests_total{route="/api", tenant="bolt"}'], '-15:0 0:1 20:1');
});

test('a removed tenant has no heartbeat, also after a restart, and goes on when it returns', async (t) => {
  const fixture = await openHead(t);
  fixture.head.ingest(requests('acme', [START, '/api', '2xx', 1]), START);
  fixture.head.tick(START);
  fixture.head.removeTenant('acme');
  fixture.head.tick(START + 60 * SECOND);
  const again = await fixture.reopen();
  again.tick(START + 90 * SECOND);
  assert.equal(Object.values(read(again, TOTAL))[0], '-15:0 0:1 0.001:stale');
  const back = START + 120 * SECOND;
  again.ingest(requests('acme', [back, '/api', '2xx', 1]), back);
  again.tick(back);
  assert.equal(Object.values(read(again, TOTAL))[0], '-15:0 0:1 0.001:stale 120:2');
});

test('a tenant that returns after the window does not count what it had before', async (t) => {
  const { head, clock } = await openHead(t, { windowMs: 60 * SECOND });
  head.ingest(requests('acme', [START, '/api', '2xx', 1], [START, '/api', '2xx', 1]), START);
  head.tick(START);
  head.removeTenant('acme');
  for (let i = 0; i < 4; i++) {
    await clock.advance(60 * SECOND);
    head.tick(clock.now());
    await head.flush();
  }
  assert.equal(head.seriesCount, 0);
  const back = clock.now();
  head.ingest(requests('acme', [back, '/api', '2xx', 1]), back);
  head.tick(back);
  assert.equal(Object.values(read(head, TOTAL))[0], '225:0 240:1');
});

test('an outage longer than the window starts the counters afresh, without a jump', async (t) => {
  const fixture = await openHead(t, { windowMs: 60 * SECOND });
  fixture.head.ingest(requests('acme', [START, '/api', '2xx', 1], [START, '/api', '2xx', 1]), START);
  fixture.head.tick(START);
  await fixture.head.close();
  await fixture.clock.advance(3600 * SECOND);
  const head = await fixture.reopen();
  const now = fixture.clock.now();
  head.ingest(requests('acme', [now, '/api', '2xx', 1]), now);
  head.tick(now);
  assert.equal(Object.values(read(head, TOTAL))[0], '3585:0 3600:1');
});

test('a removed tenant stays away when the window has passed', async (t) => {
  const { head, clock } = await openHead(t, { windowMs: 60 * SECOND });
  head.ingest(requests('acme', [START, '/api', '2xx', 1]), START);
  head.tick(START);
  await clock.advance(SECOND);
  head.removeTenant('acme');
  for (let at = 0; at < 180; at += 10) {
    await clock.advance(10 * SECOND);
    head.tick(clock.now());
    await head.flush();
  }
  assert.equal(head.seriesCount, 0);
  assert.deepEqual([...head.tenants()], []);
});

test('what was counted since the last tick survives a stop', async (t) => {
  const { head, clock, reopen } = await openHead(t);
  for (const at of [0, 0.5]) {
    await clock.advance(at * SECOND);
    const now = clock.now();
    head.ingest(requests('acme', [now, '/api', '2xx', 1]), now);
    head.tick(now);
  }
  assert.equal(Object.values(read(head, TOTAL))[0], '-15:0 0:1');
  assert.equal(Object.values(read(await reopen(), TOTAL))[0], '-15:0 0:1 0.5:2');
});

test('a tenant that comes back after the window does not bring what it had counted before', async (t) => {
  const { head, clock } = await openHead(t, { windowMs: 60 * SECOND });
  head.ingest(requests('acme', [START, '/old', '2xx', 1]), START);
  head.tick(START);
  head.removeTenant('acme');
  await clock.advance(70 * SECOND);
  head.tick(clock.now());
  head.ingest(requests('acme', [clock.now(), '/new', '2xx', 1]), clock.now());
  head.tick(clock.now());
  assert.deepEqual(read(head, TOTAL), {
    'octopus_requests_total{route="/new", tenant="acme"}': '55:0 70:1',
  });
});
