import assert from 'node:assert/strict';
import test from 'node:test';
import { probeSettings } from './probe.ts';

/** What is wrong with a target; empty when nothing is. */
function problemsOf(target: object): string[] {
  const parsed = probeSettings.safeParse({ targets: [{ name: 'portal', ...target }] });
  return parsed.error?.issues.map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`) ?? [];
}

test('a target is well with what it needs', () => {
  const well = [
    { module: 'http', url: 'https://portal.example.com', headers: 'X-Key: secret\nAccept: text/html' },
    { module: 'tcp', address: '[::1]:10943', tls: true },
    { module: 'dns', query_name: 'acme.example.com', server: '10.0.0.2:5353' },
  ];
  assert.deepEqual(well.map(problemsOf), [[], [], []]);
});

const REFUSED: readonly (readonly [object, string])[] = [
  [{ url: 'https://portal.example.com' }, 'module: write module: http, tcp or dns'],
  [
    { module: 'http', url: 'https://user:secret@portal.example.com' },
    'url: leave the password out of the url: write headers or bearer_token',
  ],
  [{ module: 'http', url: 'http://h', headers: 'nonsense' }, 'headers: write one `Name: value` a line'],
  [
    { module: 'http', url: 'http://h', fail_if_body_matches_regexp: '(?=x)' },
    'fail_if_body_matches_regexp: not a regular expression (RE2)',
  ],
  [{ module: 'tcp', address: 'portal' }, 'address: write host:port, such as 127.0.0.1:9464'],
  [
    { module: 'dns', query_name: 'x', server: 'ns1.example.com' },
    'server: write the address of a name server, such as 10.0.0.2',
  ],
  [{ module: 'tcp', address: 'h:1', timeout: '45s' }, 'timeout: write a duration of at most 30s'],
];
for (const [target, problem] of REFUSED)
  test(`refused: ${problem}`, () => {
    assert.deepEqual(problemsOf(target), [problem]);
  });

test('two targets have two names', () => {
  const target = { name: 'portal', module: 'tcp', address: 'h:1' };
  assert.match(String(probeSettings.safeParse({ targets: [target, target] }).error), /two have one name/);
});
