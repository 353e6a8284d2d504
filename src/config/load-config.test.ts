import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import { loadConfig } from './load-config.ts';
import { maskSecrets } from './mask.ts';

const surroundings = {
  env: { KEY: 'API-FROM-ENV', EMPTY: '' },
  readFile: (path: string) => {
    if (path === '/etc/octowatch/key') return 'API-FROM-FILE\n';
    throw new Error(`ENOENT: no such file, open '${path}'`);
  },
};

function load(text: string): ReturnType<typeof loadConfig> {
  return loadConfig('/etc/octowatch/octowatch.yml', text, surroundings);
}

test('an empty file is the default configuration', () => {
  const config = load('');
  assert.equal(config.web.listen, '127.0.0.1:9464');
  assert.equal(config.rules.interval, 15_000);
  assert.equal(config.spool.max_bytes, 2 ** 30);
  assert.deepEqual(config.heal.armed, []);
});

test('secrets come from the environment or from the file twin', () => {
  const config = load(`
fleet:
  instances:
    - { tenant: a, url: "http://a/", api_key: "\${KEY}" }
    - { tenant: b, url: "http://b", api_key_file: key }
    - { tenant: c, url: "http://c", api_key: "\${MISSING:-API-DEFAULT}" }
    - { tenant: d, url: "http://d", api_key: "API-$$1" }
`);
  assert.deepEqual(
    config.fleet.instances.map(({ api_key }) => api_key),
    ['API-FROM-ENV', 'API-FROM-FILE', 'API-DEFAULT', 'API-$1'],
  );
  assert.equal(config.fleet.instances[0]?.url, 'http://a');
  assert.doesNotMatch(JSON.stringify(maskSecrets(config)), /API-/);
});

const refused: readonly [name: string, text: string, message: RegExp][] = [
  [
    'unknown key',
    'colectors: {}',
    /octowatch\.yml:1:1: unknown key "colectors".*\n {2}colectors: \{\}\n {2}\^/,
  ],
  ['nested unknown key', 'spool:\n  max_byte: 1GiB', /octowatch\.yml:2:3: unknown key "max_byte"/],
  ['wrong type', 'rules:\n  interval: 5', /octowatch\.yml:2:3: .*string/],
  ['bad duration', 'rules:\n  interval: 5 minutes', /octowatch\.yml:2:3: not a duration: "5 minutes"/],
  ['unset variable', 'namespace: ${NOT_SET}', /octowatch\.yml:1:1: environment variable NOT_SET is not set/],
  [
    'unreadable secret',
    'receivers:\n  - name: x\n    pagerduty_configs:\n      - routing_key_file: nope',
    /:4:9: cannot read the secret: ENOENT/,
  ],
  ['broken YAML', 'rules: [', /octowatch\.yml:1:\d+: /],
  [
    'tenant twice',
    'fleet:\n  instances:\n    - tenant: a\n    - tenant: a',
    /:4:7: tenant a is listed twice/,
  ],
  [
    'url without key',
    'fleet:\n  instances:\n    - tenant: a\n      url: http://a',
    /:4:7: tenant a has a url but no api_key/,
  ],
  ['unknown receiver', 'route: { receiver: x }\nreceivers: [{ name: y }]', /:1:10: no receiver is named x/],
  [
    'nested unknown receiver',
    'route:\n  receiver: y\n  routes:\n    - receiver: x\nreceivers: [{ name: y }]',
    /:4:7: no receiver is named x/,
  ],
  ['unsupported alertmanager key', 'inhibit_rules: []', /:1:1: unknown key "inhibit_rules"/],
];

for (const [name, text, message] of refused) {
  test(`refused with its place: ${name}`, () => {
    assert.throws(
      () => load(text),
      (error: unknown) =>
        error instanceof Failure && error.reason === 'invalid' && message.test(error.message),
    );
  });
}
