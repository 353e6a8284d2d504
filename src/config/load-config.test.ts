import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { Failure } from '../model/failure.ts';
import { EXAMPLE_CONFIG } from './example.ts';
import { loadConfig } from './load-config.ts';
import { toFileForm } from './schema.ts';

const surroundings = {
  env: { KEY: 'API-FROM-ENV', EMPTY: '' },
  readFile: (path: string) => {
    if (path === '/etc/octowatch/key') return 'API-FROM-FILE\n';
    if (path === '/etc/octowatch/empty') return '\n';
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
});

test('the example is accepted', () => {
  const config = loadConfig('/etc/octowatch/octowatch.yml', EXAMPLE_CONFIG, surroundings);
  assert.deepEqual(
    config.fleet.instances.map(({ tenant }) => tenant),
    ['acme', 'globex'],
  );
  assert.equal(config.route?.repeat_interval, 4 * 3_600_000);
});

test('a configuration in file form loads as itself', () => {
  const config = loadConfig('/etc/octowatch/octowatch.yml', EXAMPLE_CONFIG, surroundings);
  assert.deepEqual(load(stringify(toFileForm(config))), config);
  assert.equal(toFileForm(load('spool: { max_bytes: 1536 MiB }')).spool?.max_bytes, '1536MiB');
});

test('every problem is told, and each once', () => {
  const message = messageOf(() => load('namespace: ${UNSET}\nrules: { interval: "${UNSET}" }\nroles: x'));
  assert.deepEqual(message.match(/octowatch\.yml:\d+:\d+/g), [
    'octowatch.yml:1:1',
    'octowatch.yml:2:10',
    'octowatch.yml:3:1',
  ]);
});

test('no secret is in a message, and the caret stays where it belongs', () => {
  const message = messageOf(() =>
    load('fleet:\n  instances: [{ tenant: a, api_key: "API-S3CRET", url: "http://u:pw@h", no: 1 }]'),
  );
  assert.doesNotMatch(message, /S3CRET|u:pw/);
  const [, line = '', atUrl = '', , , atNo = ''] = message.split('\n');
  assert.equal(line.slice(atUrl.indexOf('^')), 'url: "http://****@h", no: 1 }]');
  assert.equal(line.slice(atNo.indexOf('^')), 'no: 1 }]');
});

test('no secret is in a message about broken YAML', () => {
  assert.doesNotMatch(
    messageOf(() => load('api_key: API-S3CRET: [')),
    /S3CRET/,
  );
  assert.doesNotMatch(
    messageOf(() => load('receivers: [{ webhook_configs: [{ url: http://h/S3CRET, x: 1 }] }]')),
    /S3CRET/,
  );
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

const refused: readonly [name: string, text: string, message: RegExp][] = [
  [
    'unknown key',
    'colectors: {}',
    /octowatch\.yml:1:1: unknown key "colectors".*\n {2}colectors: \{\}\n {2}\^/,
  ],
  ['nested unknown key', 'spool:\n  max_byte: 1GiB', /octowatch\.yml:2:3: unknown key "max_byte"/],
  ['wrong type', 'rules:\n  interval: 5', /octowatch\.yml:2:3: .*string/],
  ['bad duration', 'rules:\n  interval: 5 minutes', /octowatch\.yml:2:3: not a duration: "5 minutes"/],
  ['no duration', 'rules: { interval: "" }', /:1:10: not a duration: ""/],
  ['units in the wrong order', 'heal: { page_after: 5s1m }', /:1:9: not a duration: "5s1m"/],
  ['a busy loop', 'rules: { interval: 0s }', /:1:10: write a duration from 100ms to 1d/],
  [
    'longer than a timer',
    'collectors: { octopus-api: { interval: 1y } }',
    /:1:30: write a duration from 100ms/,
  ],
  ['repeated without a pause', 'route: { repeat_interval: 0s }', /:1:10: write a duration above 0/],
  ['kept for no time', 'store: { embedded: { retention: 1s } }', /:1:22: write a duration of at least 1h/],
  ['size without unit', 'spool: { max_bytes: "512" }', /:1:10: not a size: "512" \(write 512MiB or 10GiB\)/],
  ['size in decimal units', 'spool: { max_bytes: 5GB }', /:1:10: not a size: "5GB"/],
  ['half a size', 'spool: { max_bytes: 1.5GiB }', /:1:10: not a size: "1.5GiB"/],
  ['size as a number', 'spool: { max_bytes: 512 }', /:1:10: .*string/],
  ['a size too large to count', 'spool: { max_bytes: 99999999TiB }', /:1:10: /],
  ['no port', 'web: { listen: localhost }', /:1:8: write host:port/],
  ['a port too high', 'web: { listen: "127.0.0.1:65536" }', /:1:8: write host:port/],
  ['no host', 'web: { listen: ":9464" }', /:1:8: write host:port/],
  ['URL of another kind', 'web: { external_url: "ftp://h" }', /:1:8: not an http or https URL/],
  ['no time zone', 'fleet: { instances: [{ tenant: a, time_zone: Mars }] }', /not an IANA time zone/],
  ['no remedy', 'heal: { armed: [octopus-task-cancle] }', /:1:17: .*"octopus-task-cancel"/],
  ['label name', 'external_labels: { a-b: c }', /:1:20: not a label name/],
  ['unset variable', 'namespace: ${NOT_SET}', /octowatch\.yml:1:1: environment variable NOT_SET is not set/],
  [
    'unreadable secret',
    'receivers:\n  - name: x\n    pagerduty_configs:\n      - routing_key_file: nope',
    /:4:9: cannot read the file: ENOENT/,
  ],
  [
    'secret and its file',
    'fleet: { instances: [{ tenant: a, api_key: b, api_key_file: key }] }',
    /:1:47: give api_key or api_key_file, not both/,
  ],
  [
    'secret file that is no path',
    'fleet: { instances: [{ tenant: a, api_key_file: 5 }] }',
    /:1:35: api_key_file is the path of a file/,
  ],
  [
    'empty secret file',
    'fleet: { instances: [{ tenant: a, api_key_file: empty }] }',
    /:1:35: empty is empty: put the secret into it/,
  ],
  ['empty secret', 'fleet: { instances: [{ tenant: a, api_key: "${EMPTY}" }] }', /:1:35: an empty secret/],
  ['unfinished reference', 'namespace: "${A B}"', /:1:1: \$\{A B\}: write \$\{NAME\} or/],
  ['a list', '- a', /:1:1: .*object/],
  ['key twice', 'namespace: a\nnamespace: b', /:2:1: /],
  ['alias to nothing', 'namespace: *a', /octowatch\.yml: Unresolved alias/],
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
  ['report to nobody', 'report:\n  receivers:\n    - y', /:3:7: no receiver is named y/],
  [
    'report twice to one',
    'route: { receiver: y }\nreceivers: [{ name: y }]\nreport:\n  receivers: [y, y]',
    /:4:18: receiver y is listed twice/,
  ],
  ['report at no time', 'report:\n  cron: 0 8 * * 9', /:2:3: 9 is no day of the week: write 0 to 7/],
  ['report in no zone', 'report:\n  time_zone: Mars/Base', /:2:3: not an IANA time zone/],
  [
    'office hours in no zone',
    'on_call:\n  office_hours:\n    time_zone: CET+1',
    /:3:5: not an IANA time zone/,
  ],
  [
    'office hours that are none',
    'on_call:\n  office_hours: { from: 09:00, to: 09:00 }',
    /:2:32: office hours from 09:00 to 09:00 are none/,
  ],
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
