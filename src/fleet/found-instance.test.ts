import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { toList, type Candidate, type InstanceTemplate } from './found-instance.ts';

const TEMPLATE: InstanceTemplate = {
  tenant: '{label.tenant}',
  url: 'https://{tenant}.example.com/',
  apiKeyFile: '/keys/{tenant}',
  info: { region: '{region}', plan: 'gold', node: '{node}' },
  files: { 'octopus-server-log': ['/logs/{tenant}/*.txt', '/logs/{node}.txt'] },
  timeZone: 'UTC',
};

function candidate(values: Readonly<Record<string, string>>, asleep = false): Candidate {
  return { what: 'ns/octopus', asleep, find: (name) => values[name] };
}

function made(values: Readonly<Record<string, string>>, changes: Partial<InstanceTemplate> = {}) {
  const { instances, refused } = toList({ ...TEMPLATE, ...changes }, [candidate(values)]);
  return { instance: instances[0], why: refused[0]?.why };
}

test('an instance is made of what was found; info that is not known is left out', () => {
  assert.deepEqual(made({ 'label.tenant': 'acme', region: 'eu' }).instance, {
    tenant: 'acme',
    url: 'https://acme.example.com',
    apiKeyFile: '/keys/acme',
    info: { region: 'eu', plan: 'gold' },
    files: { 'octopus-server-log': ['/logs/acme/*.txt'] },
    timeZone: 'UTC',
    asleep: false,
  });
});

test('a placeholder alone may be a whole url', () => {
  const url = (value: string) => made({ 'label.tenant': 'a', at: value }, { url: '{at}' });
  assert.equal(
    url('https://x.example.com:8443/octopus/').instance?.url,
    'https://x.example.com:8443/octopus',
  );
  assert.match(url('x.example.com').why ?? '', /not an http or https URL/);
  assert.match(url('file:///etc/passwd').why ?? '', /not an http or https URL/);
  assert.match(url('https://user:pw@x').why ?? '', /holds a password/);
});

const refused: readonly [
  what: string,
  values: Record<string, string>,
  changes: Partial<InstanceTemplate>,
  why: RegExp,
][] = [
  ['no label', {}, {}, /^it has no label\.tenant$/],
  ['a tenant id with a slash', { 'label.tenant': '../../etc' }, {}, /tenant id is not letters/],
  ['an empty one', { 'label.tenant': '' }, {}, /tenant id is not letters/],
  ['a part of a url that is not known', { 'label.tenant': 'a' }, { url: 'https://{zone}' }, /it has no zone/],
  [
    'a name that would lead the key elsewhere',
    { 'label.tenant': 'a', name: 'evil.com/' },
    { url: 'https://{name}.example.com' },
    /name cannot be part of a url/,
  ],
];
for (const [what, values, changes, why] of refused)
  test(`refused: ${what}`, () => {
    assert.match(made(values, changes).why ?? '', why);
  });

test('whatever a name holds, the key goes nowhere but below the domain of the template', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (name) => {
      const { instance } = made({ 'label.tenant': 'a', name }, { url: 'https://{name}.example.com/o' });
      if (instance?.url === undefined) return;
      const { host, pathname } = new URL(instance.url);
      assert.ok(host.endsWith('.example.com') && pathname === '/o');
    }),
  );
});
