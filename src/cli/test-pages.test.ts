import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect } from '../app/connect.ts';
import { registry } from '../app/registry.ts';
import type { PageTestReport } from '../backtest/pages/run-page-tests.ts';
import { runHere, type Result } from './testing/run-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-pages-'));
after(() => rmSync(folder, { recursive: true }));

function testPages(...args: string[]): Promise<Result> {
  const host = { registry, connect, workingDirectory: folder, env: { PAGER: 'none' } };
  return runHere(host, ['test', 'pages', ...args]);
}

mkdirSync(join(folder, 'tests'));
writeFileSync(
  join(folder, 'alertmanager.yml'),
  `global: { resolve_timeout: 5m }
route: { receiver: pager, group_by: ['...'], group_wait: 10s }
receivers: [{ name: pager, pagerduty_configs: [{ routing_key: '\${PAGER}' }] }]
`,
);
const down = (name: string, at: string): string => `  - name: ${name}
    interval: 15s
    input_series: [{ series: 'octopus_ping_up{tenant="acme"}', values: 0x20 }]
    page_test:
      - { at: ${at}, receiver: pager, summary: 'acme: down, no answer to any probe for 2m' }
`;
const head = (config: string): string =>
  `config_file: ${config}\nrule_files: ['pack:octopus']\nevaluation_interval: 15s\ntests:\n`;
const two = `${head('../alertmanager.yml')}${down('right', '2m10s')}${down('late', '1m')}`;
writeFileSync(join(folder, 'tests', 'two.yml'), two);
writeFileSync(
  join(folder, 'tests', 'secret.yml'),
  `${head('x')}${down('t', '0s')}`.replace(
    'config_file: x',
    "config: { route: { receiver: r }, receivers: [{ name: r, pagerduty_configs: [{ routing_key: '${NOBODY_HAS_IT}' }] }] }",
  ),
);

test('what was told otherwise stands below its line, and fails', async () => {
  const { code, stdout } = await testPages('tests/two.yml');
  assert.deepEqual(stdout.split('\n'), [
    `late: ${folder}/tests/two.yml:14: pager at 1m: told 1m10s later: its alert is pending since 0s, see its rule's for`,
    '    - 1m pager: acme: down, no answer to any probe for 2m',
    '    + 2m10s pager: acme: down, no answer to any probe for 2m',
    '1 passed, 1 failed',
  ]);
  assert.equal(code, 1);
});

test('only tests that are asked for are run', async () => {
  assert.deepEqual(await testPages('--run', 'right', 'tests/two.yml'), {
    code: 0,
    stdout: '1 passed, 0 failed',
    stderr: '',
  });
});

test('as JSON there is all that was told', async () => {
  const { stdout, code } = await testPages('tests/two.yml', '-o', 'json');
  const [report]: PageTestReport[] = JSON.parse(stdout);
  assert.deepEqual(
    report?.results.map(({ name, failures, pages }) => [name, failures.length, pages.map(({ at }) => at)]),
    [
      ['right', 0, [130_000]],
      ['late', 1, [130_000]],
    ],
  );
  assert.equal(code, 1);
});

test('a configuration of the file is refused at its own line and column', async () => {
  const { stdout, code } = await testPages('tests/secret.yml');
  assert.match(stdout, /secret\.yml:1:\d+: .*NOBODY_HAS_IT[^]*\^\n0 passed, 1 failed$/);
  assert.equal(code, 1);
});

test('a pattern that names no file is an error', async () => {
  const { stderr, code } = await testPages('tests/nothing*.yml');
  assert.match(stderr, /names no file/);
  assert.equal(code, 1);
});
