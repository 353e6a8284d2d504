import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect } from '../app/connect.ts';
import { registry } from '../app/registry.ts';
import { runHere, type Result } from './testing/run-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-promql-'));
after(() => rmSync(folder, { recursive: true }));

mkdirSync(join(folder, 'language'));
mkdirSync(join(folder, 'empty'));
writeFileSync(
  join(folder, 'language', 'good.test'),
  `load 1m
  up{node="1"} 1 1 0
  up{node="2"} 1 1 1

eval instant at 2m sum(up)
  {} 1

eval instant at 2m up{node=~"("}
  expect fail
  expect no_warn
`,
);
writeFileSync(
  join(folder, 'language', 'bad.test'),
  `load 1m
  up 1 1 0
  latency {{schema:0 sum:1}}

eval instant at 1m up
  up 2

eval range from 0 to 2m step 1m up * 0
  {} 0 1 0

eval instant at 1m time()
  60

eval instant at 1m rate(up)

eval instant at 1m up + histogram_count(up)

evaluate up
`,
);

function run(...args: readonly string[]): Promise<Result> {
  return runHere({ registry, connect, workingDirectory: folder }, ['test', 'promql', ...args]);
}

test('names each evaluation that failed, and counts all of them', async () => {
  const { code, stdout } = await run('language');
  assert.equal(code, 1);
  assert.equal(
    stdout,
    `bad.test:3: latency {{schema:0 sum:1}}: native histograms are not supported: {{schema:0
bad.test:5: up: up is 1, not 2
bad.test:8: up * 0: {} at 60000 ms is 0, not 1
bad.test:14: rate(up): 1:6: expected type range vector in call to function "rate", got instant vector
bad.test:16: up + histogram_count(up): 1:6: histogram_count() needs native histograms, which are not supported: query the _bucket, _count and _sum series
bad.test:18: evaluate up: neither clear, load nor eval
bad.test: 1 passed, 6 failed
good.test: 2 passed, 0 failed
3 passed, 6 failed`,
  );
});

test('files may be named, and a run in which all pass exits with 0', async () => {
  const { code, stdout } = await run('language/good.test', 'language/g*.test');
  assert.deepEqual([code, stdout], [0, 'good.test: 2 passed, 0 failed\n2 passed, 0 failed']);
});

test('tells the same as JSON', async () => {
  const { code, stdout } = await run('language', '-o', 'json', '--no-rechecks');
  const { passed, failed, files } = JSON.parse(stdout);
  assert.deepEqual([code, passed, failed], [1, 3, 6]);
  assert.deepEqual(files[0].failures[1], { line: 5, expr: 'up', problem: 'up is 1, not 2' });
});

test('a folder without tests and a file that is not there are mistakes', async () => {
  const [empty, none] = [await run('empty'), await run('none.test')];
  assert.deepEqual([empty.code, empty.stderr], [1, 'empty holds no *.test file']);
  assert.deepEqual([none.code, none.stderr], [1, 'none.test names no file']);
});
