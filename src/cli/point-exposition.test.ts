import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prometheusSampleDataset } from '../../collectors/prometheus/schema.ts';
import { queueDataset, requestDataset } from '../../test/fakes/head-fixture.ts';
import { PointExposition } from './point-exposition.ts';

const time = 1;

function queue(name: string, length: number, tenant?: string) {
  const point = {
    dataset: queueDataset,
    time,
    dimensions: { name },
    values: { octopus_queue_length: length },
  };
  return tenant === undefined ? point : { ...point, tenant };
}

test('points of several polls are one page, metric by metric', () => {
  const page = new PointExposition();
  page.add([queue('a', 1)], 'acme');
  page.add([queue('b"', Number.POSITIVE_INFINITY), queue('c', 3, 'other'), queue('d', 0, '')], 'beta');
  assert.deepEqual(page.page(), {
    text: `# HELP octopus_queue_length Tasks that wait.
# TYPE octopus_queue_length gauge
octopus_queue_length{tenant="acme",name="a"} 1
octopus_queue_length{tenant="beta",name="b\\""} +Inf
octopus_queue_length{tenant="other",name="c"} 3
octopus_queue_length{name="d"} 0
`,
    notes: [],
  });
});

test('events are shown as what is counted of them, with a note', () => {
  const page = new PointExposition();
  const request = (seconds: number, status: string) => ({
    dataset: requestDataset,
    time,
    dimensions: { route: '/api', status },
    values: { duration_seconds: seconds },
  });
  page.add([request(0.05, '2xx'), request(5, '5xx')], 'acme');
  const { text, notes } = page.page();
  assert.match(text, /^# TYPE octopus_requests_total counter\nocto[^\n]+\{tenant="acme",route="\/api"\} 2$/m);
  assert.match(text, /^octopus_request_errors_total\{tenant="acme"\} 1$/m);
  assert.match(text, /^# TYPE octopus_request_duration_seconds histogram$/m);
  assert.match(text, /^octopus_request_duration_seconds_bucket\{tenant="acme",le="0.1"\} 1$/m);
  assert.match(text, /^octopus_request_duration_seconds_count\{tenant="acme"\} 2$/m);
  assert.deepEqual(notes, ['2 events of request are shown as what is counted of them; -o json prints them']);
});

test('what was scraped has its own names', () => {
  const page = new PointExposition();
  const dimensions = { job: 'j', instance: 'i', metric: 'my.metric', labels: 'a="1"' };
  const values = { prometheus_sample_value: 4 };
  page.add([{ dataset: prometheusSampleDataset, time, dimensions, values }], '');
  assert.equal(
    page.page().text,
    `# HELP "my.metric" Scraped.
# TYPE "my.metric" untyped
{"my.metric",a="1",job="j",instance="i"} 4
`,
  );
});

test('a series is there once', () => {
  const page = new PointExposition();
  page.add([queue('a', 1), queue('a', 2)], 'acme');
  const { text, notes } = page.page();
  assert.match(text, /\{tenant="acme",name="a"\} 1\n$/);
  assert.deepEqual(notes, [
    '1 samples are of series that were there before, such as octopus_queue_length{name="a", tenant="acme"}: the first is shown',
  ]);
});
