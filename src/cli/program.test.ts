import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Hono } from 'hono';
import { connect } from '../app/connect.ts';
import { registry } from '../app/registry.ts';
import { listen } from '../web/web-server.ts';
import { runHere } from './testing/run-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-program-'));
after(() => rmSync(folder, { recursive: true }));

const here = { registry, connect, workingDirectory: folder };

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const FLEET = file(
  'fleet.yml',
  `fleet:
  instances:
    - { tenant: gone, url: "http://127.0.0.1:9", api_key: API-S3CRET }
    - { tenant: tailed }
`,
);
const DOUBTFUL = file(
  'doubtful.yml',
  'groups: [{ name: g, rules: [{ record: a, expr: octopus_png_up }] }]\n',
);
const BROKEN = file('broken.yml', 'groups: [{ name: g, rules: [{ record: a, expr: "up{" }] }]\n');
const WINDOWS = file(
  'windows.yml',
  'groups: [{ name: g, rules: [{ record: a, expr: "max_over_time(octopus_tasks_running[1h]) - octopus_ping_up" }] }]\n',
);
const THREE = file(
  'three.test.yml',
  `tests:
  - { name: one, promql_expr_test: [{ expr: vector(1) }] }
  - { name: two, promql_expr_test: [{ expr: vector(1), exp_samples: [{ value: 1 }] }] }
  - { name: three, promql_expr_test: [{ expr: vector(1), exp_samples: [{ value: 2 }] }] }
`,
);
const UNTESTED = file('untested.test.yml', 'rule_files: [none.yml]\ntests: []\n');

const misused: readonly (readonly [args: string, message: RegExp])[] = [
  ['serve', /error: unknown command 'serve'/],
  ['check --nope', /error: unknown option '--nope'/],
  ['check everything', /Allowed choices are config, rules, routes/],
  ['check rules --labels a=b', /error: --labels is for check routes/],
  ['collect octopus-api', /error: required option '--once' not specified/],
  ['query', /error: missing required argument 'expression'/],
  ['query 1 -o xml', /Allowed choices are table, json/],
  ['demo --tenants many', /not a whole number above 0/],
  ['demo --tenants 0', /not a whole number above 0/],
  ['test rules', /error: missing required argument 'files'/],
  ['', /^Usage: octowatch /],
  ['config', /^Usage: octowatch config /],
];
for (const [args, message] of misused) {
  test(`a command line that is wrong exits with 2: octowatch ${args}`, async () => {
    const { code, stdout, stderr } = await runHere(here, words(args));
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
  });
}

const failing: readonly (readonly [args: string, code: number, line: RegExp])[] = [
  ['run', 1, /^octowatch\.yml is not there; begin with: octowatch config example > octowatch\.yml$/],
  ['check -c none.yml', 1, /^none\.yml is not there/],
  ['check rules none.yml', 1, /^rules\.files: none\.yml names no file$/],
  [
    `collect octopus-apy --once -c ${FLEET}`,
    1,
    /^no collector is called octopus-apy; there are octopus-api\//,
  ],
  [
    `collect octopus-api --once --tenant x -c ${FLEET}`,
    1,
    /^octopus-api\/ping: no tenant x with a url in the fleet$/,
  ],
  [
    `collect octopus-api --once --tenant tailed -c ${FLEET}`,
    1,
    /^octopus-api\/ping: no tenant tailed with a url in the fleet$/,
  ],
  [`collect octopus-api/nodes --once -c ${FLEET}`, 1, /^gone octopus-api\/nodes: .*ECONNREFUSED/],
  [
    'healthy --url http://127.0.0.1:9',
    1,
    /^no agent answers at http:\/\/127\.0\.0\.1:9: .*start it with octowatch run/,
  ],
  ['query 1 --url http://127.0.0.1:9/', 1, /^no agent answers at http:\/\/127\.0\.0\.1:9: /],
  ['test rules none.test.yml', 1, /^none\.test\.yml names no file$/],
  [`check rules ${UNTESTED}`, 1, /^untested\.test\.yml: tests of rules, run them by octowatch test rules$/],
];
for (const [args, code, line] of failing) {
  test(`a failure is one line that says what to do: octowatch ${args}`, async () => {
    const result = await runHere(here, words(args));
    assert.equal(result.code, code);
    assert.match(result.stderr, line);
    assert.doesNotMatch(result.stderr, /\n|S3CRET/);
  });
}

const findings: readonly (readonly [file: string, finding: RegExp, carets: string])[] = [
  [
    DOUBTFUL,
    /doubtful\.yml:1:48: a: unknown metric octopus_png_up: did you mean octopus_ping_up\? \[unknown-metric\]$/,
    '^'.repeat(14).padStart(2 + 47 + 14),
  ],
  [BROKEN, /broken\.yml:1:52: a: expr: unexpected end of input/, '^'.padStart(2 + 52)],
];
for (const [name, finding, carets] of findings) {
  test(`a finding exits with 3: ${name}`, async () => {
    const { code, stdout } = await runHere(here, ['check', 'rules', name]);
    const [line = '', , below, ...rest] = stdout.split('\n');
    assert.equal(code, 3);
    assert.match(line, finding);
    assert.equal(below, carets);
    assert.match(
      rest.at(-1) ?? '',
      /^rules: [01] in 1 file, 1 finding \(see docs\/reference\/rule-checks\.md\)$/,
    );
  });
}

test('the windows of rules are told with what they cost', async () => {
  const { code, stdout } = await runHere(here, ['check', 'rules', WINDOWS, UNTESTED]);
  assert.equal(code, 0);
  assert.deepEqual(stdout.split('\n'), [
    'windows: samples are kept 5m15s, longer of 1 metric; 1,000 series of each of 2 metrics take 1.2 MB',
    'METRIC                 KEPT   EVERY  SAMPLES  1,000 SERIES',
    'octopus_tasks_running  1h15s  30s    122      1.0 MB',
    'rules: 1 in 1 file, ok',
  ]);
});

test('a test file whose rules are not there passes with a warning, as in promtool', async () => {
  const { code, stdout, stderr } = await runHere(here, ['test', 'rules', UNTESTED]);
  assert.equal(code, 0);
  assert.equal(stdout, '0 passed, 0 failed');
  assert.match(stderr, /untested\.test\.yml: no rule file matches none\.yml$/);
});

test('only the rule tests that are asked for run, and are told in JSON where that is asked for', async () => {
  const args = ['test', 'rules', '--run', 'two', '--run', '^thr', '-o', 'json', THREE];
  const { code, stdout } = await runHere(here, args);
  assert.equal(code, 1);
  const [report = assert.fail()] = JSON.parse(stdout) as {
    results: { name: string; failures: unknown[] }[];
  }[];
  assert.deepEqual(report.results, [
    { name: 'two', failures: [] },
    {
      name: 'three',
      failures: [
        {
          line: 4,
          problem: 'vector(1) at 0s: expected 1 sample, got 1 sample, 0 as expected',
          difference: ['- {} 2', '+ {} 1'],
        },
      ],
    },
  ]);
});

test('what is shown can be loaded again, and holds no secret', async () => {
  const { stdout } = await runHere(here, ['config', 'show', '-c', FLEET]);
  assert.doesNotMatch(stdout, /S3CRET/);
  const shown = file('shown.yml', stdout);
  const again = await runHere(here, ['config', 'show', '-c', shown]);
  assert.equal(again.stdout, stdout);
});

const answers: readonly (readonly [status: number, body: string, line: string])[] = [
  [
    401,
    'needs the token\n',
    'answered 401: set OCTOWATCH_TOKEN to its token, or name its configuration with --config',
  ],
  [404, '404 Not Found', 'answered 404: 404 Not Found'],
  [200, '<html>\nA proxy', 'answered 200: <html>'],
  [200, '{"status":"success"}', 'answered 200: {"status":"success"}'],
];
for (const [status, body, line] of answers) {
  test(`an answer that is no query's is told: ${line}`, async (t) => {
    const app = new Hono().get('*', () => new Response(body, { status }));
    const server = await listen(app, '127.0.0.1:0');
    t.after(() => server.close());
    const { code, stderr } = await runHere(here, ['query', '1', '--url', server.url]);
    assert.deepEqual([code, stderr], [1, `${server.url} ${line}`]);
  });
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}
