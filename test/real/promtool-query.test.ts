import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { reachability } from '../../src/web/access.ts';
import { NOW, seriesUntilNow, TOKEN, webSources } from '../../src/web/testing/web-fixture.ts';
import { createWebApp } from '../../src/web/web-app.ts';
import { listen, type WebServer } from '../../src/web/web-server.ts';
import type { RunResult } from './go-program.ts';
import { skipWithoutGo } from './go-program.ts';
import { promtool } from './promtool.ts';

const skip = skipWithoutGo();
const SECONDS = NOW / 1000;

const reader = seriesUntilNow(
  'up{tenant="acme",node="n\\"1\\""} 1 0 1',
  'up{tenant="globex"} 0 0 0',
  'load{tenant="acme"} 1e21 NaN -Inf',
);

/** Reached from anywhere, so that nothing is answered without the token. */
const FAR = reachability({ listen: '0.0.0.0:9464' });
const folder = mkdtempSync(join(tmpdir(), 'octowatch-promtool-'));
const withToken = join(folder, 'token.yml');
let server: WebServer;

before(async () => {
  const app = createWebApp(webSources({ reader }), { token: TOKEN, metrics: NO_METRICS, ...FAR });
  server = await listen(app, '127.0.0.1:0');
  writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
  writeFileSync(withToken, 'authorization:\n  type: Bearer\n  credentials_file: token\n');
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function query(kind: string, ...args: string[]): Promise<RunResult> {
  return promtool(['query', '--http.config.file', withToken, kind, ...args]);
}

/** A good run: what it printed, without its last line break. */
async function printed(kind: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await query(kind, ...args);
  assert.equal(code, 0, stderr);
  return stdout.trimEnd();
}

const instant: readonly [expression: string, lines: readonly string[]][] = [
  ['1 + 1', [`scalar: 2 @[${SECONDS}]`]],
  ['up{tenant="acme"}', [`up{node="n\\"1\\"", tenant="acme"} => 1 @[${SECONDS}]`]],
  ['sum(up)', [`{} => 1 @[${SECONDS}]`]],
  ['up == 5', ['']],
  [
    'load[3m]',
    [
      'load{tenant="acme"} =>',
      `1000000000000000000000 @[${SECONDS - 120}]`,
      `NaN @[${SECONDS - 60}]`,
      `-Inf @[${SECONDS}]`,
    ],
  ],
];
for (const [expression, lines] of instant) {
  test(`promtool query instant ${expression}`, { skip, timeout: 1_200_000 }, async () => {
    const text = await printed('instant', '--time', String(SECONDS), server.url, expression);
    assert.deepEqual(text.split('\n'), lines);
  });
}

for (const expression of [
  'up',
  'up * 1e-9',
  'rate(up[2m])',
  'topk(1, up)',
  'load[5m]',
  'histogram_quantile(0.5, up)',
]) {
  test(`promtool reads of ${expression} what octowatch says`, { skip, timeout: 1_200_000 }, async () => {
    const text = await printed('instant', '-o', 'json', '--time', String(SECONDS), server.url, expression);
    const answer = await fetch(`${server.url}/api/v1/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: new URLSearchParams({ query: expression, time: String(SECONDS) }),
    });
    assert.deepEqual(numbers(JSON.parse(text)), numbers(Object(await answer.json()).data.result));
  });
}

/** Values as numbers: a client writes the same number in another way. */
function numbers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, part: unknown) =>
    key === '1' && typeof part === 'string' ? String(Number(part.replace('Inf', 'Infinity'))) : part,
  );
}

test('promtool query range', { skip, timeout: 1_200_000 }, async () => {
  const times = ['--start', String(SECONDS - 60), '--end', String(SECONDS), '--step', '30s'];
  const text = await printed('range', ...times, server.url, 'sum by (tenant) (up)');
  assert.deepEqual(text.split('\n'), [
    '{tenant="acme"} =>',
    `0 @[${SECONDS - 60}]`,
    `0 @[${SECONDS - 30}]`,
    `1 @[${SECONDS}]`,
    '{tenant="globex"} =>',
    `0 @[${SECONDS - 60}]`,
    `0 @[${SECONDS - 30}]`,
    `0 @[${SECONDS}]`,
  ]);
});

test('promtool query series', { skip, timeout: 1_200_000 }, async () => {
  const text = await printed('series', '--match', 'up', '--match', 'load', server.url);
  assert.deepEqual(text.split('\n'), [
    '{__name__="load", tenant="acme"}',
    '{__name__="up", node="n\\"1\\"", tenant="acme"}',
    '{__name__="up", tenant="globex"}',
  ]);
});

test('promtool query labels', { skip, timeout: 1_200_000 }, async () => {
  assert.deepEqual((await printed('labels', server.url, 'tenant')).split('\n'), ['acme', 'globex']);
  const some = await printed('labels', '--match', 'load', server.url, 'tenant');
  assert.equal(some, 'acme');
});

test('promtool tells what is wrong with an expression, and where', { skip, timeout: 1_200_000 }, async () => {
  const { code, stderr } = await query('instant', server.url, 'sum(up');
  assert.notEqual(code, 0);
  assert.match(stderr, /^query error: bad_data: invalid parameter "query": 1:\d+: /);
});

test('promtool without the token is refused', { skip, timeout: 1_200_000 }, async () => {
  const { code, stderr } = await promtool(['query', 'instant', server.url, '1']);
  assert.notEqual(code, 0);
  assert.match(stderr, /client_error: client error: 401/);
});
