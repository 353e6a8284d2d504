import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { describe, test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { PollResult } from '../../src/collect/running-poll.ts';
import { configSchema } from '../../src/config/schema.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { systemDisk } from '../../src/system/system-disk.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { testPollContract } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { makeCertificates } from '../../test/fakes/certificates.ts';
import { startPage, type PageAnswer } from '../../test/fakes/metrics-page.ts';
import { createPrometheus } from './index.ts';
import type { ScrapeTarget } from './settings.ts';

const NOW = Date.UTC(2026, 10, 21, 6, 30);
const page = readFileSync(new URL('fixtures/page.txt', import.meta.url), 'utf8');

/** A target as the configuration would have it. */
function targetOf(settings: object): ScrapeTarget {
  const targets = [{ name: 'exporter', ...settings }];
  const [target] = configSchema.parse({ collectors: { prometheus: { targets } } }).collectors.prometheus
    .targets;
  assert.ok(target !== undefined);
  return target;
}

testPollContract({
  name: 'prometheus/scrape',
  place: { kind: 'prometheus', name: 'exporter' },
  create: ({ url, http }) => {
    const metric_relabel_configs = [{ action: 'drop', regex: 'dropped_.*' }];
    const target = targetOf({ url, instance: 'db-1:9182', labels: { env: 'prod' }, metric_relabel_configs });
    const settings = () => ({ prometheus: { targets: [target] } });
    const [poll] = createPrometheus({ http, disk: systemDisk, settings });
    assert.ok(poll !== undefined);
    return poll;
  },
  answer: () => ({ text: page, headers: { 'content-type': 'text/plain; version=0.0.4' } }),
  golden: new URL('fixtures/golden/scrape.json', import.meta.url),
});

interface Scrape {
  readonly result: PollResult;
  /** `name{labels}` with job and instance, tenant before it, and the value. */
  readonly samples: string[];
  readonly probe: unknown;
  readonly received: readonly {
    readonly headers: Readonly<Record<string, unknown>>;
    readonly path: string;
  }[];
  readonly warned: readonly unknown[];
}

/** Scrapes a page once. */
async function scrape(
  t: TestContext,
  answer: PageAnswer | string,
  settings: object = {},
  asleep = false,
): Promise<Scrape> {
  const { url, received } = await startPage(t, () =>
    typeof answer === 'string' ? { text: answer } : answer,
  );
  const { http, close } = createHttp();
  t.after(close);
  const target = targetOf({ url, instance: 'i', ...settings });
  const [collector] = createPrometheus({
    http,
    disk: systemDisk,
    settings: () => ({ prometheus: { targets: [target] } }),
  });
  assert.ok(collector !== undefined);
  const { log, lines } = recordedLog();
  const instance = { tenant: 'acme', info: {}, files: {}, timeZone: 'UTC', asleep };
  const result = await pollOnce(
    collector,
    { ...instance, tenant: '', place: { kind: 'prometheus', name: 'exporter' } },
    {
      clock: new VirtualClock(NOW),
      log,
      metrics: countedMetrics().metrics,
      state: null,
      deadlineMs: 10_000,
      fleet: fleetOf(() => [instance]),
      isSource: () => true,
    },
    t.signal,
  );
  const named = result.points.filter(({ dataset }) => dataset.name === 'prometheus_sample');
  const samples = named.map(({ tenant, dimensions: { job, instance: at, metric, labels }, time, values }) => {
    const stamp = time === NOW ? '' : ` at ${time - NOW}`;
    return `${tenant}|${job}|${at}|${metric}{${labels}} ${values['prometheus_sample_value']}${stamp}`;
  });
  const probe = result.points.find(({ dataset }) => dataset.name === 'prometheus_scrape')?.values;
  return {
    result,
    samples,
    probe,
    received,
    warned: lines.filter((line) => line.startsWith('{"level":"warn"')),
  };
}

describe('what is asked', () => {
  test('the best format there is, packed, by /metrics where the url has no path', async (t) => {
    const { received } = await scrape(t, 'up 1\n');
    const [request] = received;
    assert.equal(request?.path, '/metrics');
    assert.match(String(request?.headers['accept']), /^application\/openmetrics-text;version=1\.0\.0;/);
    assert.equal(request?.headers['accept-encoding'], 'gzip');
    assert.equal(request?.headers['x-prometheus-scrape-timeout-seconds'], '10');
    assert.equal(request?.headers['authorization'], undefined);
  });

  test('nothing of a tenant that sleeps', async (t) => {
    const { result, received } = await scrape(t, 'up 1\n', { labels: { tenant: 'acme' } }, true);
    assert.deepEqual([result.points, result.failure, received], [[], undefined, []]);
  });

  test('with the credentials of the target', async (t) => {
    const bearer = await scrape(t, 'up 1\n', { bearer_token: 'tok' });
    assert.equal(bearer.received[0]?.headers['authorization'], 'Bearer tok');
    const basic = await scrape(t, 'up 1\n', { basic_auth: { username: 'me', password: 'pä:ss' } });
    assert.equal(
      basic.received[0]?.headers['authorization'],
      `Basic ${Buffer.from('me:pä:ss').toString('base64')}`,
    );
  });
});

test('over TLS, an authority that tls_config names is trusted, and no other', async (t) => {
  const certificates = makeCertificates('exporter');
  t.after(() => rmSync(certificates.directory, { recursive: true, force: true }));
  const { url } = await startPage(t, () => ({ text: 'up 1\n' }), certificates);
  const trusted = await scrape(t, '', { url, tls_config: { ca_file: certificates.caFile } });
  assert.deepEqual(trusted.samples, ['|exporter|i|up{} 1']);
  const unknown = await scrape(t, '', { url });
  assert.equal(unknown.result.failure?.reason, 'network');
  assert.match(unknown.result.failure.message, /certificate/);
  const unasked = await scrape(t, '', { url, tls_config: { insecure_skip_verify: true } });
  assert.equal(unasked.samples.length, 1);
  const missing = await scrape(t, '', { url, tls_config: { ca_file: `${certificates.caFile}.not` } });
  assert.equal(missing.result.failure?.reason, 'not_found');
});

describe('what is taken', () => {
  test('OpenMetrics, packed', async (t) => {
    const text = '# TYPE a counter\na_total{x="y"} 3 # {id="z"} 1\na_created 12\n# EOF\n';
    const headers = {
      'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      'content-encoding': 'gzip',
    };
    const { samples } = await scrape(t, { body: gzipSync(text), headers });
    assert.deepEqual(samples, ['|exporter|i|a_total{x="y"} 3']);
  });

  test('a page without a content type is text', async (t) => {
    assert.deepEqual((await scrape(t, { text: 'up 1\n', headers: {} })).samples, ['|exporter|i|up{} 1']);
  });

  test('times of the page, or not', async (t) => {
    const text = `up 1 ${NOW - 5000}\n`;
    assert.deepEqual((await scrape(t, text)).samples, ['|exporter|i|up{} 1 at -5000']);
    assert.deepEqual((await scrape(t, text, { honor_timestamps: false })).samples, ['|exporter|i|up{} 1']);
  });

  test('what metric_relabel_configs leave', async (t) => {
    const configs = [
      { action: 'keep', regex: 'windows_.*|up' },
      { action: 'drop', source_labels: ['__name__'], regex: 'windows_service_.*' },
    ];
    const text = 'up 1\ngo_threads 9\nwindows_cpu 2\nwindows_service_state 3\nmy_windows_cpu 1\n';
    const { samples, probe } = await scrape(t, text, { metric_relabel_configs: configs });
    assert.deepEqual(samples, ['|exporter|i|up{} 1', '|exporter|i|windows_cpu{} 2']);
    assert.deepEqual(probe, {
      up: 1,
      scrape_duration_seconds: 0,
      scrape_samples_scraped: 5,
      scrape_samples_post_metric_relabeling: 2,
    });
  });

  test('a sample once, whatever the order of its labels', async (t) => {
    const { samples, warned } = await scrape(t, 'a{x="1",y="2"} 1\na{y="2",x="1"} 2\n');
    assert.deepEqual(samples, ['|exporter|i|a{x="1",y="2"} 1']);
    assert.equal(warned.length, 1);
  });
});

test('that a page is odd is told when it begins and when it ends, whatever the counts', async (t) => {
  const twice = 'a 1\na 2\n';
  const pages = [twice, `${twice}a 3\n`, 'a 1\n', 'a 1\n', twice];
  const { log, lines } = recordedLog();
  const [collector] = createPrometheus({
    http: async () => ({ status: 200, headers: {}, body: Buffer.from(pages.shift() ?? '') }),
    disk: systemDisk,
    settings: () => ({ prometheus: { targets: [targetOf({ url: 'http://exporter' })] } }),
  });
  assert.ok(collector !== undefined);
  const place = { kind: 'prometheus', name: 'exporter' } as const;
  const options = {
    clock: new VirtualClock(NOW),
    log,
    metrics: countedMetrics().metrics,
    state: null,
    deadlineMs: 10_000,
    fleet: fleetOf(() => []),
    isSource: () => true,
  };
  const told: number[] = [];
  while (pages.length > 0) {
    await pollOnce(collector, { tenant: '', place, info: {}, files: {}, timeZone: 'UTC' }, options, t.signal);
    told.push(lines.length);
  }
  assert.deepEqual(told, [1, 1, 2, 2, 3]);
});

const labelCases: readonly [what: string, settings: object, line: string, sample: string][] = [
  ['labels of the target', { labels: { env: 'prod' } }, 'a{x="1"} 1', '|exporter|i|a{env="prod",x="1"} 1'],
  ['job of the target', { job: 'windows' }, 'a 1', '|windows|i|a{} 1'],
  [
    'the target’s labels win',
    { labels: { env: 'prod' } },
    'a{job="j",instance="k",env="e",exported_env="f"} 1',
    '|exporter|i|a{env="prod",exported_env="f",exported_exported_env="e",exported_instance="k",exported_job="j"} 1',
  ],
  [
    'the page’s labels win where they are honoured',
    { honor_labels: true, labels: { env: 'prod' } },
    'a{job="j",instance="k",env="e"} 1',
    '|j|k|a{env="e"} 1',
  ],
  ['an honoured empty label is none', { honor_labels: true }, 'a{job=""} 1', '||i|a{} 1'],
  ['an empty label is none', {}, 'a{job="",x=""} 1', '|exporter|i|a{} 1'],
  ['a page says nothing of tenants', {}, 'a{tenant="acme"} 1', '|exporter|i|a{exported_tenant="acme"} 1'],
  [
    'an edge does: the series are the tenant’s own',
    { honor_labels: true },
    'a{tenant="acme",x="1"} 1',
    'acme|||a{x="1"} 1',
  ],
  [
    'but not of tenants that are not in the fleet',
    { honor_labels: true },
    'a{tenant="else"} 1',
    '|exporter|i|a{exported_tenant="else"} 1',
  ],
  ['the configuration says whose a page is', { labels: { tenant: 'acme' } }, 'a 1', 'acme|exporter|i|a{} 1'],
  [
    'and the page cannot change it',
    { labels: { tenant: 'acme' } },
    'a{tenant="other"} 1',
    'acme|exporter|i|a{exported_tenant="other"} 1',
  ],
  ['but the fleet must know it', { labels: { tenant: 'else' } }, 'a 1', '|exporter|i|a{} 1'],
  [
    'bounds as Prometheus 3 writes them',
    {},
    '# TYPE a histogram\na_bucket{le="1"} 1',
    '|exporter|i|a_bucket{le="1.0"} 1',
  ],
  [
    'bounds of an edge as the edge names them',
    { honor_labels: true },
    '# TYPE a histogram\na_bucket{le="1",tenant="acme"} 1',
    'acme|||a_bucket{le="1"} 1',
  ],
];
describe('labels', () => {
  for (const [what, settings, line, sample] of labelCases)
    test(what, async (t) => assert.deepEqual((await scrape(t, `${line}\n`, settings)).samples, [sample]));
});

const failures: readonly [
  what: string,
  answer: PageAnswer | string,
  settings: object,
  reason: string,
  message: RegExp,
][] = [
  ['a status', { text: 'x', status: 503 }, {}, 'server_error', /^the target answered 503$/],
  [
    'no credentials',
    { text: 'x', status: 401 },
    {},
    'unauthorized',
    /answered 401: check bearer_token or basic_auth/,
  ],
  [
    'a redirect',
    { text: '', status: 302, headers: { location: '/login' } },
    {},
    'malformed',
    /302 and leads elsewhere/,
  ],
  [
    'another content',
    { text: '{}', headers: { 'content-type': 'application/json' } },
    {},
    'malformed',
    /application\/json, which is no page of metrics/,
  ],
  ['a broken page', 'up 1\nup{ 1\n', {}, 'malformed', /^line 2, column 5: expected a label name/],
  [
    'a page without an end',
    { text: 'up 1\n', headers: { 'content-type': 'application/openmetrics-text' } },
    {},
    'malformed',
    /expected # EOF/,
  ],
  [
    'bytes that are no text',
    { body: Buffer.from([0x61, 0x20, 0x31, 0x0a, 0xff, 0x0a]) },
    {},
    'malformed',
    /^line 2 is not UTF-8$/,
  ],
  [
    'bytes that are no gzip',
    { text: 'up 1\n', headers: { 'content-encoding': 'gzip' } },
    {},
    'malformed',
    /not the gzip that it says/,
  ],
  ['a large page', `up ${'1'.repeat(2000)}\n`, { body_size_limit: '1KiB' }, 'too_large', /over 1024 bytes/],
  [
    'a page that is large when unpacked',
    { body: gzipSync(`# HELP up ${' '.repeat(2000)}\nup 1\n`), headers: { 'content-encoding': 'gzip' } },
    { body_size_limit: '1KiB' },
    'too_large',
    /more than 1024 bytes: raise body_size_limit/,
  ],
  [
    'many samples',
    'a 1\nb 1\nc 1\n',
    { sample_limit: 2 },
    'too_large',
    /^the page has 3 samples, sample_limit is 2:/,
  ],
  ['many labels', 'a{x="1"} 1\n', { label_limit: 3 }, 'too_large', /^a has 4 labels, label_limit is 3$/],
  [
    'a long label name',
    'a{abcdefghij="1"} 1\n',
    { label_name_length_limit: 9 },
    'too_large',
    /name of 10 bytes, label_name_length_limit is 9/,
  ],
  [
    'a long label value',
    'a{x="12345678901"} 1\n',
    { label_value_length_limit: 10 },
    'too_large',
    /value of 11 bytes in x, label_value_length_limit is 10/,
  ],
  ['a label twice', 'a{x="1",x="2"} 1\n', {}, 'malformed', /^a has the label x twice$/],
  ['silence', { hang: true }, { scrape_timeout: '100ms' }, 'timeout', /no answer in 100 ms/],
];
describe('a scrape that fails yields no sample, and up is 0', () => {
  for (const [what, answer, settings, reason, message] of failures)
    test(what, async (t) => {
      const { result, samples, probe } = await scrape(t, answer, settings);
      assert.deepEqual([result.failure?.reason, samples], [reason, []]);
      assert.match(result.failure?.message ?? '', message);
      assert.equal((probe as { up: number }).up, 0);
    });

  test('a page that has too much says how much', async (t) => {
    const { probe } = await scrape(t, 'a 1\nb 1\nc 1\n', { sample_limit: 2 });
    assert.partialDeepStrictEqual(probe, {
      scrape_samples_scraped: 3,
      scrape_samples_post_metric_relabeling: 3,
    });
  });
});
