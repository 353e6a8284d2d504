import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  openHead,
  queues,
  read,
  scrapedDataset,
  scrapedPage,
  SECOND,
  START,
  type ScrapedRow,
} from '../../../test/fakes/head-fixture.ts';
import type { HeadOptions } from './head.ts';

type Row = Omit<ScrapedRow, 'time'> & {
  /** Seconds since START; the page's by default. */
  readonly at?: number;
};

async function open(t: TestContext, options: Partial<HeadOptions> = {}) {
  const opened = await openHead(t, options);
  let { head } = opened;
  return {
    ...opened,
    /** A page that was scraped `seconds` after START. */
    scrape(seconds: number, rows: readonly Row[]): void {
      const time = START + seconds * SECOND;
      const timed = rows.map(({ at = seconds, ...row }) => ({ ...row, time: START + at * SECOND }));
      const complete = { datasets: [scrapedDataset] };
      head.ingest(scrapedPage(time, timed), time, { source: 's', complete });
    },
    async restart(): Promise<void> {
      head = await opened.reopen();
    },
    samples: () => read(head),
    names: () => [...head.metricNames()].toSorted(),
  };
}

test('rows are series of the names and labels that they have', async (t) => {
  const { scrape, samples, names } = await open(t);
  scrape(0, [
    { metric: 'up', value: 1 },
    { metric: 'my.metric', labels: '"a b"="c\\"d",le="1.0"', tenant: 'acme', value: 2 },
    { metric: 'nothing', value: Number.NaN },
  ]);
  assert.deepEqual(samples(), {
    'up{job="j"}': '0:1',
    'my.metric{"a b"="c\\"d", job="j", le="1.0", tenant="acme"}': '0:2',
  });
  assert.deepEqual(names(), ['my.metric', 'up']);
});

test('what a page has no more is stale, series by series and tenant by tenant, and may come again', async (t) => {
  const { scrape, samples } = await open(t);
  const both = [
    { metric: 'a', value: 1 },
    { metric: 'b', value: 1 },
  ];
  scrape(0, [...both, { metric: 'a', tenant: 'acme', value: 1 }]);
  scrape(1, both.slice(0, 1));
  scrape(2, both);
  assert.deepEqual(samples(), {
    'a{job="j"}': '0:1 1:1 2:1',
    'b{job="j"}': '0:1 1:stale 2:1',
    'a{job="j", tenant="acme"}': '0:1 1:stale',
  });
  scrape(3, []);
  scrape(4, []);
  assert.deepEqual(samples(), {
    'a{job="j"}': '0:1 1:1 2:1 3:stale',
    'b{job="j"}': '0:1 1:stale 2:1 3:stale',
    'a{job="j", tenant="acme"}': '0:1 1:stale',
  });
});

/** An edge's page: its polls have times of their own, which move or do not. */
function edgePage(ping: number, nodes: number, withSecond = true): Row[] {
  return [
    { metric: 'ping', tenant: 'acme', value: ping, at: ping },
    { metric: 'ping_seconds', tenant: 'acme', value: ping, at: ping },
    { metric: 'node', labels: 'node="1"', tenant: 'acme', value: nodes, at: nodes },
    ...(withSecond ? [{ metric: 'node', labels: 'node="2"', tenant: 'acme', value: nodes, at: nodes }] : []),
  ];
}

test('samples with times of their own keep them, and are stale when those that shared them moved on', async (t) => {
  const { scrape, samples, metrics } = await open(t);
  scrape(20, edgePage(12, 5));
  scrape(35, edgePage(27, 5, false));
  scrape(50, edgePage(42, 35, false));
  scrape(50, edgePage(42, 35, false));
  assert.deepEqual(samples(), {
    'ping{job="j", tenant="acme"}': '12:12 27:27 42:42',
    'ping_seconds{job="j", tenant="acme"}': '12:12 27:27 42:42',
    'node{job="j", node="1", tenant="acme"}': '5:5 35:35',
    'node{job="j", node="2", tenant="acme"}': '5:5 35:stale',
  });
  assert.deepEqual(metrics.counts, {});
});

test('after a restart the series go on in the blocks they were in', async (t) => {
  const { scrape, samples, metrics, restart, clock } = await open(t);
  scrape(20, edgePage(12, 5));
  await restart();
  await clock.advance(35 * SECOND);
  scrape(35, edgePage(27, 5));
  scrape(50, edgePage(42, 35));
  assert.deepEqual(samples(), {
    'ping{job="j", tenant="acme"}': '12:12 27:27 42:42',
    'ping_seconds{job="j", tenant="acme"}': '12:12 27:27 42:42',
    'node{job="j", node="1", tenant="acme"}': '5:5 35:35',
    'node{job="j", node="2", tenant="acme"}': '5:5 35:35',
  });
  scrape(60, []);
  assert.match(samples()['node{job="j", node="2", tenant="acme"}'] ?? '', / 60:stale$/);
  assert.deepEqual(metrics.counts, {});
});

test('a sample that stands still for longer than the lookback is gone', async (t) => {
  const { scrape, samples } = await open(t);
  const still = { metric: 'still', value: 1, at: 0 };
  const moving = (at: number) => ({ metric: 'moving', value: at, at });
  scrape(0, [still, moving(0)]);
  scrape(200, [still, moving(200)]);
  scrape(400, [still, moving(400)]);
  assert.deepEqual(samples(), {
    'still{job="j"}': '0:1 200:1 400:stale',
    'moving{job="j"}': '0:0 200:200 400:400',
  });
});

test('a series that a poll writes is the poll’s; beyond its limit a page is refused; both are counted', async (t) => {
  const { head, scrape, samples, metrics } = await open(t);
  head.ingest(queues('acme', START, { q: 1 }), START);
  const taken = { metric: 'octopus_queue_length', labels: 'name="q"', tenant: 'acme', job: '', value: 2 };
  scrape(1, [taken, ...['a', 'b', 'c', 'd', 'e'].map((metric) => ({ metric, value: 1 }))]);
  assert.deepEqual(samples()['octopus_queue_length{name="q", tenant="acme"}'], '0:1');
  assert.equal(Object.keys(samples()).length, 5);
  assert.deepEqual(metrics.counts, {
    'octowatch_head_samples_refused_total scraped duplicate': 1,
    'octowatch_head_samples_refused_total scraped series_limit': 1,
  });
  scrape(90, [taken]);
  assert.equal(
    samples()['octopus_queue_length{name="q", tenant="acme"}'],
    '90:2',
    'who fell silent loses it',
  );
});
