import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeaderLines } from './header-lines.ts';
import { listedSecrets } from './listed-secrets.ts';
import { loadConfig } from './load-config.ts';
import { maskSecrets } from './mask.ts';

const cases: [what: string, text: string, headers: object | undefined][] = [
  ['one line', 'Authorization: Bearer x', { Authorization: 'Bearer x' }],
  ['several lines, empty ones between', '\nA: 1\n\n B-c:2 \n', { A: '1', 'B-c': '2' }],
  ['a value with colons', 'A: http://x:1', { A: 'http://x:1' }],
  ['nothing', '', {}],
  ['no colon', 'Bearer x', undefined],
  ['no name', ': x', undefined],
  ['no value', 'A:', undefined],
  ['a name with spaces', 'A b: x', undefined],
];
for (const [what, text, headers] of cases)
  test(`header lines: ${what}`, () => assert.deepEqual(parseHeaderLines(text), headers));

test('headers of telemetry come from a file, are masked when shown, and taken out wherever they appear', () => {
  const config = loadConfig('x.yml', 'telemetry: { otlp: { endpoint: "http://h", headers_file: h } }', {
    env: {},
    readFile: () => 'Authorization: Bearer Canary7Secret\nX-Scope: tenant-canary\n',
  });
  assert.doesNotMatch(JSON.stringify(maskSecrets(config)), /Canary7Secret|tenant-canary/);
  assert.deepEqual(listedSecrets(config).words, ['Canary7Secret', 'tenant-canary']);
});

test('headers that are none are refused without being shown', () => {
  assert.throws(
    () =>
      loadConfig('x.yml', 'telemetry: { otlp: { endpoint: "http://h", headers: Canary7Secret } }', {
        env: {},
        readFile: () => '',
      }),
    (error: Error) => /write one `Name: value` a line/.test(error.message) && !/Canary7/.test(error.message),
  );
});
