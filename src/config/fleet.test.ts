import assert from 'node:assert/strict';
import test from 'node:test';
import { parseFleetFile } from './fleet-file.ts';
import { loadConfig } from './load-config.ts';
import type { Config } from './schema.ts';

const PLACES = `
collectors:
  kubernetes: { clusters: [{ name: prod }] }
  aws: { accounts: [{ name: main, regions: [eu-west-1] }] }
`;
const INSTANCE = 'instance: { tenant: "{name}", url: "https://{tenant}.example.com", api_key: K-123456 }';

function load(fleet: string): Config {
  return loadConfig('o.yml', `${fleet}${PLACES}`, {
    env: {},
    readFile(path) {
      return `content of ${path}`;
    },
  });
}

function entry(more: string): string {
  return `fleet:\n  instances: [{ tenant: hub, url: "http://h", api_key: K }, { tenant: dark }]\n  discovery:\n    - name: eu\n      ${more}`;
}

test('a place is asked every minute and has ten seconds to answer', () => {
  const [found] = load(entry('file: { path: fleet.yml }')).fleet.discovery;
  assert.deepEqual([found?.interval, found?.timeout], [60_000, 10_000]);
});

test('a key file with {tenant} in its path is read for each tenant, any other at once', () => {
  const keyOf = (path: string): unknown =>
    load(
      entry(`ec2: { account: main, region: eu-west-1, tags: { a: b } }
      instance: { tenant: "{tag.Name}", url: "{tag.url}", api_key_file: "${path}" }`),
    ).fleet.discovery[0]?.instance;
  const { api_key, api_key_file } = { ...(keyOf('/keys/{tenant}') as Record<string, string>) };
  assert.deepEqual([api_key, api_key_file], [undefined, '/keys/{tenant}']);
  const shared = { ...(keyOf('/key') as Record<string, string>) };
  assert.equal(shared['api_key'], 'content of /key');
});

const KUBERNETES = 'kubernetes: { cluster: prod, label_selector: app=octopus }';
const refused: readonly [what: string, entry: string, message: RegExp][] = [
  ['no place', 'interval: 30s', /:4:7: name one of file, kubernetes, octopus, ec2\n/],
  ['two places', `file: { path: a }\n      ${KUBERNETES}`, /name one of file/],
  ['an interval that alerts cannot see', 'interval: 1h\n      file: { path: a }', /at most 5m/],
  [
    'no cluster of that name',
    `${KUBERNETES.replace('prod', 'test')}\n      ${INSTANCE}`,
    /:5:21: no cluster test in/,
  ],
  [
    'no account of that name',
    `ec2: { account: x, region: r, tags: { a: b } }\n      ${INSTANCE}`,
    /no account x/,
  ],
  [
    'a region that the account has not',
    `ec2: { account: main, region: us-east-1, tags: { a: b } }\n      ${INSTANCE}`,
    /main has no region us-east-1/,
  ],
  ['no management Octopus', `octopus: { instance: none }\n      ${INSTANCE}`, /no tenant none with a url/],
  ['one without an API', `octopus: { instance: dark }\n      ${INSTANCE}`, /no tenant dark with a url/],
  ['nothing that names tenants', KUBERNETES, /instance\.tenant is missing.*\{name\}/],
  [
    'no key',
    `${KUBERNETES}\n      instance: { tenant: "{name}", url: "http://a" }`,
    /no api_key or api_key_file/,
  ],
  [
    'a mistyped placeholder',
    `${KUBERNETES}\n      ${INSTANCE.replace('{name}', '{nam}')}`,
    /:6:19: nothing is known as \{nam\} here: did you mean \{name\}\?/,
  ],
  [
    'a family without a name',
    `${KUBERNETES}\n      ${INSTANCE.replace('{name}', '{label.}')}`,
    /\{label\.\} here: .*\{label\.NAME\}/,
  ],
  [
    'a tag of a cluster',
    `${KUBERNETES}\n      ${INSTANCE.replace('K-123456', 'K-123456, info: { plan: "{tag.plan}" }')}`,
    /nothing is known as \{tag\.plan\}/,
  ],
  ['a tenant for a file', 'file: { path: a }\n      instance: { tenant: x }', /the file itself has tenant/],
  [
    'the name of the list',
    'file: { path: a }\n    - { name: static, file: { path: a } }',
    /name of fleet\.instances/,
  ],
  ['a name twice', 'file: { path: a }\n    - { name: eu, file: { path: a } }', /two have one name/],
];
for (const [what, more, message] of refused)
  test(`refused: ${what}`, () => {
    assert.throws(() => load(entry(more)), { reason: 'invalid', message });
  });

test('a file of instances is a list as in fleet.instances, as YAML or JSON', () => {
  const [first] = parseFleetFile(
    'f.yml',
    '- { tenant: a, url: "http://a/", api_key_file: keys/a, asleep: true }',
  );
  assert.deepEqual(
    [first?.tenant, first?.url, first?.api_key_file, first?.asleep, first?.time_zone],
    ['a', 'http://a', 'keys/a', true, 'UTC'],
  );
  assert.equal(parseFleetFile('f.json', '[{"tenant": "a"}, {"tenant": "b"}]').length, 2);
  assert.deepEqual(parseFleetFile('f.yml', ''), []);
  assert.equal(parseFleetFile('f.yml', '- { tenant: a, api_key: "${HOME}" }')[0]?.api_key, '${HOME}');
});

const badFiles: readonly [what: string, text: string, message: RegExp][] = [
  ['half written', '- tenant: a\n- {tenant: b, url: "htt', /^f\.yml:2:\d+: /],
  ['a mapping', 'instances: []', /write a list of instances/],
  ['no tenant', '- url: http://a', /^f\.yml:1:3: /],
  ['one twice', '- tenant: a\n- tenant: a', /^f\.yml:2:3: tenant a is listed twice/],
  ['a mistyped key', '- tenant: a\n  urll: http://a', /^f\.yml:2:3: unknown key "urll"/],
  ['two keys', '- { tenant: a, api_key: K, api_key_file: k }', /not both/],
];
for (const [what, text, message] of badFiles)
  test(`a file is refused with its place: ${what}`, () => {
    assert.throws(() => parseFleetFile('f.yml', text), { reason: 'invalid', message });
  });

test('no message shows a key of the file', () => {
  assert.throws(
    () => parseFleetFile('f.yml', '- { tenant: a, api_key: API-S3CRET, no: 1 }'),
    (error: Error) => !error.message.includes('S3CRET'),
  );
});

test('a password in a url is refused: the url is a label', () => {
  assert.throws(
    () => parseFleetFile('fleet.yml', '- { tenant: a, url: "https://bob:hunter2@example.com" }'),
    (error: Error) => /without user and password/.test(error.message) && !error.message.includes('hunter2'),
  );
});
