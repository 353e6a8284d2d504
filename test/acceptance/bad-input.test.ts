import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FaultHandle } from '../../src/simulator/http/faults.ts';
import type { SimulatedInstance, Simulator } from '../../src/simulator/simulator.ts';
import { octowatch } from './command-line.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';
import { instanceConfig, startFleet } from './fleet.ts';
import { metricsOf, query } from './metrics.ts';

const base = mkdtempSync(join(tmpdir(), 'octowatch-bad-input-'));
const log = join(base, 'OctopusServer.txt');
const rules = join(base, 'own.yml');

const RULES = `groups:
  - name: own
    rules:
      - record: own:up:max
        expr: max by (tenant) (octopus_ping_up)
      - alert: Broken
        expr: octopus_ping_up ==
      - record: own:misspelt
        expr: octopus_png_up
      - record: own:up:count
        expr: count(octopus_ping_up)
`;

/** A line as the server writes it now, in the configured zone. */
function entry(level: string, message: string): string {
  const stamp = `${new Date().toISOString().replace('T', ' ').slice(0, -1)}0`;
  return `${stamp}   4711     12  ${level.padEnd(5)}  ${message}\n`;
}

let fleet: Simulator;
let daemon: Daemon;
let htmlFault: FaultHandle;
let good: SimulatedInstance;
let html: SimulatedInstance;
let unauthorized: SimulatedInstance;
let forbidden: SimulatedInstance;

before(async () => {
  fleet = await startFleet(4, base);
  [good = good, html = html, unauthorized = unauthorized, forbidden = forbidden] = fleet.instances;
  htmlFault = fleet.fault(html.tenant, { kind: 'login-page' });
  writeFileSync(log, '');
  writeFileSync(rules, RULES);
  daemon = await startDaemon({
    directory: join(base, 'daemon'),
    config: {
      fleet: {
        instances: [
          instanceConfig(good),
          instanceConfig(html),
          instanceConfig(unauthorized, { api_key: 'API-S3CRET-WRONG' }),
          instanceConfig(forbidden, { api_key: forbidden.limitedApiKey }),
          { tenant: 'unreachable', url: 'http://127.0.0.1:9', api_key: 'API-S3CRET' },
          { tenant: 'tailed', files: { 'octopus-server-log': [log] } },
        ],
      },
      collectors: { 'octopus-api': { interval: '1s', requests_per_minute: 6000 } },
      rules: { files: [rules, 'pack:octopus'], interval: '1s' },
    },
  });
});

after(async () => {
  await daemon?.[Symbol.asyncDispose]();
  await fleet?.close();
  rmSync(base, { recursive: true, force: true });
});

/** The log entries that say all of `parts`; each entry is one line by construction of the helper. */
function told(...parts: readonly string[]): string[] {
  return daemon.stderr.filter((line) => parts.every((part) => line.includes(part)));
}

function counted(series: string, atLeast: number): Promise<number> {
  return eventually(`${series} is ${atLeast}`, async () => {
    const value = (await metricsOf(daemon.url)).get(series) ?? 0;
    return value >= atLeast && value;
  });
}

async function lines(outcome: string): Promise<number> {
  const series = `octowatch_log_lines_total{collector="octopus-server-log",outcome="${outcome}"}`;
  return (await metricsOf(daemon.url)).get(series) ?? 0;
}

/** Waits for a poll of the good instance and an evaluation that both begin after now. */
async function othersGoOn(): Promise<void> {
  const polls = 'octowatch_polls_total{collector="octopus-api/nodes",outcome="ok"}';
  const evaluations = 'octowatch_rule_evaluations_total{group="own",outcome="ok"}';
  const now = await metricsOf(daemon.url);
  await counted(polls, (now.get(polls) ?? 0) + 1);
  await counted(evaluations, (now.get(evaluations) ?? 0) + 6);
  assert.equal((await query(daemon.url, 'own:up:max')).get(good.tenant), 1);
}

describe('a configuration', () => {
  const cases: readonly (readonly [name: string, text: string, line: RegExp])[] = [
    ['an unknown key', 'rules:\n  intervall: 5s\n', /bad\.yml:2:3: unknown key "intervall"/],
    ['a wrong type', 'rules:\n  interval: 5\n', /bad\.yml:2:3: .*expected string/],
  ];
  for (const [name, text, line] of cases) {
    test(`with ${name} does not start, and says where`, async () => {
      const path = join(base, 'bad.yml');
      writeFileSync(path, text);
      const { code, stderr } = await octowatch(['run', '--config', path], { directory: base });
      assert.equal(code, 1);
      assert.match(stderr.split('\n')[0] ?? '', line);
      assert.match(stderr, /^ +\^$/m);
    });
  }
});

describe('an instance', () => {
  const cases: readonly (readonly [name: string, tenant: () => string, reason: string, advice: RegExp])[] = [
    ['that is unreachable', () => 'unreachable', 'network', /127\.0\.0\.1:9.*ECONNREFUSED/],
    [
      'that refuses the key',
      () => unauthorized.tenant,
      'unauthorized',
      /API key was refused \(401\); set a valid api_key/,
    ],
    [
      'whose key may not',
      () => forbidden.tenant,
      'forbidden',
      /lacks a permission \(403\): grant AdministerSystem/,
    ],
    [
      'that answers with HTML',
      () => html.tenant,
      'malformed',
      /HTML instead of JSON; set url to Octopus itself/,
    ],
  ];
  for (const [name, tenant, reason, advice] of cases) {
    test(`${name} is told once with its name, counted, and the others are polled`, async () => {
      const series = `octowatch_polls_total{collector="octopus-api/nodes",outcome="${reason}"}`;
      await counted(series, 2);
      const entries = told('poll failed', `"tenant":"${tenant()}"`, '"collector":"octopus-api/nodes"');
      assert.equal(entries.length, 1, 'again and again it would be noise');
      const { error, reason: told_, level } = JSON.parse(entries[0] ?? '{}');
      assert.deepEqual([told_, level], [reason, 40]);
      assert.match(error, advice);
      await othersGoOn();
    });
  }

  test('that fails has no value', async () => {
    const nodes = await query(daemon.url, 'count by (tenant) (octopus_node_task_cap)');
    assert.deepEqual([...nodes.keys()], [good.tenant]);
  });

  test('that fails is told by the metric of its poll', async () => {
    const success = await query(daemon.url, 'octowatch_poll_success{collector="octopus-api/nodes"}');
    assert.deepEqual(
      [good, html, unauthorized, forbidden].map(({ tenant }) => success.get(tenant)),
      [1, 0, 0, 0],
    );
  });

  test('that answers again is told, and polled as before', async () => {
    htmlFault.end();
    const works = await eventually('it works again', () => {
      const entries = told('poll works again', html.tenant, 'octopus-api/nodes');
      return entries.length > 0 && entries;
    });
    assert.equal(works.length, 1);
    await eventually('its nodes are there', async () =>
      (await query(daemon.url, 'octopus_node_task_cap')).has(html.tenant),
    );
  });

  test('that fails never shows its key', () => {
    const secrets = /S3CRET/;
    assert.deepEqual(
      [...daemon.stderr, ...daemon.stdout].filter((line) => secrets.test(line)),
      [],
    );
  });
});

describe('a log line', () => {
  const cases: readonly (readonly [name: string, bytes: () => string | Uint8Array])[] = [
    ['that was cut in its stamp', () => '2026-11-21 10:0\n'],
    ['of 10 MB', () => `${'x'.repeat(10 * 1024 * 1024)}\n`],
    [
      'that is not UTF-8',
      () => Buffer.concat([Buffer.from(entry('WARN', 'a').trimEnd()), Buffer.from([0xff, 0xfe, 0x0a])]),
    ],
  ];
  for (const [name, bytes] of cases) {
    test(`${name} is refused and counted, and the one after it is read`, async () => {
      const [refused, parsed] = [await lines('refused'), await lines('parsed')];
      appendFileSync(log, bytes());
      appendFileSync(log, entry('WARN', `after a line ${name}`));
      await eventually('the next line is read', async () => (await lines('parsed')) === parsed + 1);
      assert.equal(await lines('refused'), refused + 1);
    });
  }

  test('that is written in two halves is one line', async () => {
    const [refused, parsed] = [await lines('refused'), await lines('parsed')];
    const whole = entry('ERROR', 'written in two halves');
    appendFileSync(log, entry('WARN', 'before') + whole.slice(0, 12));
    await eventually('the line before is read', async () => (await lines('parsed')) === parsed + 1);
    await othersGoOn();
    assert.equal(await lines('refused'), refused, 'half a line is no line yet');
    appendFileSync(log, whole.slice(12));
    await eventually('the whole line is read', async () => (await lines('parsed')) === parsed + 2);
    assert.equal(await lines('refused'), refused);
  });

  test('that is refused is told with its tenant and file, once a minute', () => {
    assert.equal(told('refused', '"tenant":"tailed"', log).length, 1);
  });

  test('that is bad holds nobody up', () => othersGoOn());
});

describe('a rule', () => {
  test('that does not parse is told with its position, and the rules around it are evaluated', async () => {
    const [line, ...more] = told('a rule is left out');
    assert.deepEqual(more, []);
    assert.match(JSON.parse(line ?? '{}').problem, /own\.yml:7:\d+: Broken: expr: unexpected end of input/);
    await eventually(
      'the rule after it',
      async () => (await query(daemon.url, 'own:up:count')).get('') === 5,
    );
    await othersGoOn();
  });

  test('that does not parse is counted', async () => {
    assert.equal((await metricsOf(daemon.url)).get('octowatch_rule_problems{kind="left_out"}'), 1);
  });

  test('that reads a metric nobody has is told with its position and counted', async () => {
    const [line, ...more] = told('unknown metric');
    assert.deepEqual(more, []);
    const { problem } = JSON.parse(line ?? '{}');
    assert.match(
      problem,
      /own\.yml:9:15: own:misspelt: unknown metric octopus_png_up: did you mean octopus_ping_up\? \[unknown-metric\]$/,
    );
    assert.equal((await metricsOf(daemon.url)).get('octowatch_rule_problems{kind="doubtful"}'), 1);
  });
});
