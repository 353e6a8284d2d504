import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from '../../src/app/connect.ts';
import { registry } from '../../src/app/registry.ts';
import { runHere, type Result } from '../../src/cli/testing/run-here.ts';
import { writeMonth } from '../bench/parts/backtest/write-month.ts';
import { assertGoldenText } from '../fakes/golden.ts';
import { startPrometheusOf, type PrometheusFake } from '../fakes/prometheus.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';

const START = Date.UTC(2026, 10, 7);
const DAYS = 4;
const FILES = join(import.meta.dirname, 'backtest');
const SPAN = ['--since', `${DAYS}d`, '--until', new Date(START + DAYS * 86_400_000 - 60_000).toISOString()];
const CONFIG = `
data_dir: data
route: { receiver: oncall, group_by: [alertname, tenant] }
receivers:
  - name: oncall
    pagerduty_configs: [{ routing_key: "0123456789abcdef0123456789abcdef" }]
    console_configs: [{}]
inhibit_rules:
  - source_matchers: ['alertname="Down"']
    target_matchers: ['alertname="QueueStuck"']
    equal: [tenant]
on_call: { storm: { min_tenants: 3 } }
`;
/** One that is paged for, one that no rule sees, one that needs no page, one that the old rules page for too late. */
const INCIDENTS = [
  {
    id: 'i-1',
    type: 'T7',
    t0: '2026-11-07T22:13:00Z',
    t1: '2026-11-07T22:25:00Z',
    harm_from: '2026-11-07T22:14:00Z',
    tenants: ['tenant-9'],
    class: 'P',
  },
  { id: 'i-2', t0: '2026-11-08T10:00:00Z', t1: '2026-11-08T11:00:00Z', tenants: ['tenant-0'] },
  { id: 'i-3', type: 'Q1', t0: START, t1: START + 3_600_000, tenants: ['tenant-1'], class: 'log' },
  { id: 'i-4', t0: '2026-11-09T15:20:00Z', t1: '2026-11-09T15:24:00Z', tenants: ['tenant-7'] },
];

let directory: string;

async function backtest(...args: readonly string[]): Promise<Result> {
  return runHere({ registry, connect, workingDirectory: directory }, ['backtest', ...args]);
}

before(async () => {
  directory = temporaryDirectory();
  await writeMonth(join(directory, 'data', 'history'), 10, START, DAYS, new AbortController().signal);
  await writeFile(join(directory, 'octowatch.yml'), CONFIG);
  await writeFile(
    join(directory, 'incidents.jsonl'),
    INCIDENTS.map((each) => JSON.stringify(each)).join('\n'),
  );
});

describe('octowatch backtest', () => {
  test('says what rules would have paged for, against incidents and against other rules', async () => {
    const { code, stdout } = await backtest(
      join(FILES, 'rules.yml'),
      ...SPAN,
      '--incidents',
      'incidents.jsonl',
      '--diff',
      join(FILES, 'old-rules.yml'),
    );
    assert.equal(code, 0);
    assertGoldenText(`${stdout}\n`, new URL('backtest/answer.txt', import.meta.url));
  });

  test('as JSON: every page and alert with its times', async () => {
    const { stdout } = await backtest(join(FILES, 'rules.yml'), ...SPAN, '--rule', 'Down', '-o', 'json');
    const { pages, alerts, rules, headline } = JSON.parse(stdout);
    assert.match(headline, /^4 days, 10 tenants: \d+ pages? to oncall, /);
    assert.deepEqual(
      pages.map(({ rule, tenants, receiver }: { rule: string; tenants: string[]; receiver: string }) => [
        rule,
        tenants.length,
        receiver,
      ]),
      pages.map(() => ['Down', 1, 'oncall']),
    );
    assert.equal(rules[0].alerts, alerts.length);
    for (const { at, endedAt } of pages) assert.ok(Date.parse(endedAt) > Date.parse(at));
  });

  test('names what is wrong with arguments', async () => {
    const rules = join(FILES, 'rules.yml');
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[rules, ...SPAN, '--rule', 'Dwon'], /no rule is called Dwon/],
      [[rules, '--since', '1fortnight'], /not a duration: "1fortnight"/],
      [[rules, '--since', '1d', '--until', '2020-01-01T00:00:00Z'], /choose --since and --until within/],
      [[rules, '--until', 'tomorrow'], /--until tomorrow: not a time/],
      [[rules, ...SPAN, '--source', 'nowhere'], /there is no history in .*nowhere/],
      [[rules, ...SPAN, '--incidents', 'octowatch.yml'], /octowatch.yml:2: not a JSON object/],
      [['nothing/*.yml', ...SPAN], /nothing\/\*\.yml names no file/],
    ];
    for (const [args, expected] of cases) {
      const { code, stderr } = await backtest(...args);
      assert.match(stderr, expected);
      assert.equal(code, 1);
    }
  });
});

describe('history fetched from a Prometheus', () => {
  let prometheus: PrometheusFake;
  before(async () => {
    prometheus = await startPrometheusOf({ tenants: 10, start: START, maxSamples: 2000 });
  });
  after(() => prometheus.close());

  test('has the pages of the files, and is fetched once', async () => {
    const args = [join(FILES, 'rules.yml'), ...SPAN];
    const local = await backtest(...args);
    const fetched = await backtest(...args, '--source', prometheus.url);
    assert.match(fetched.stderr, /\d+ series of \d+ metrics, about [\d.]+ million samples a day/);
    // Only what rules select is fetched.
    const withoutSeries = (text: string): string => text.replace(/over \d+ series/, '');
    assert.equal(withoutSeries(fetched.stdout), withoutSeries(local.stdout));
    assert.ok(prometheus.refused > 0, 'answers that are too large were asked for in parts');
    const asked = prometheus.asked;
    const again = await backtest(...args, '--source', prometheus.url);
    assert.match(again.stderr, /^0 samples fetched/m);
    assert.equal(again.stdout, fetched.stdout);
    assert.ok(prometheus.asked - asked < 5, 'only the estimate is asked for again');
  });
});
