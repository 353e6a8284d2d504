import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMatchers } from './parse-matchers.ts';
import { buildRoute, groupLabelsOf, matchRoutes } from './route.ts';

// The example of Alertmanager's configuration page, in its words.
const tree = buildRoute({
  receiver: 'default-receiver',
  group_wait: 30_000,
  group_by: ['cluster', 'alertname'],
  routes: [
    { receiver: 'database-pager', group_wait: 10_000, matchers: ['service=~"mysql|cassandra"'] },
    { receiver: 'frontend-pager', group_by: ['product', 'environment'], matchers: ['team="frontend"'] },
    {
      receiver: 'dev-pager',
      matchers: ['service="inhouse-service"'],
      continue: true,
      routes: [{ receiver: 'night', match: { shift: 'night' } }],
    },
    { receiver: 'on-call-pager', matchers: ['service=inhouse-service'] },
  ],
});

const cases: readonly [labels: Record<string, string>, receivers: string[]][] = [
  [{}, ['default-receiver']],
  [{ service: 'mysql' }, ['database-pager']],
  [{ service: 'mysql2' }, ['default-receiver']],
  [{ team: 'frontend', service: 'cassandra' }, ['database-pager']],
  [{ service: 'inhouse-service' }, ['dev-pager', 'on-call-pager']],
  [{ service: 'inhouse-service', shift: 'night' }, ['night', 'on-call-pager']],
];

for (const [labels, receivers] of cases) {
  test(`${JSON.stringify(labels)} goes to ${receivers.join(', ')}`, () => {
    assert.deepEqual(
      matchRoutes(tree, labels).map(({ receiver }) => receiver),
      receivers,
    );
  });
}

test('children inherit, and groups are named by group_by', () => {
  const [route] = matchRoutes(tree, { service: 'mysql' });
  assert.equal(route?.groupWaitMs, 10_000);
  assert.deepEqual(
    route === undefined ? {} : groupLabelsOf(route, { cluster: 'eu', alertname: 'Down', pod: 'x' }),
    { cluster: 'eu', alertname: 'Down' },
  );
  const all = buildRoute({ receiver: 'r', group_by: ['...'] });
  assert.deepEqual(groupLabelsOf(all, { a: '1', b: '2' }), { a: '1', b: '2' });
});

test('a group is named by labels alone, whatever else every object has', () => {
  const route = buildRoute({ receiver: 'r', group_by: ['constructor', 'toString', '__proto__', 'empty'] });
  assert.deepEqual(groupLabelsOf(route, { alertname: 'Down', empty: '' }), {});
  assert.deepEqual(groupLabelsOf(route, { constructor: 'x' }), { constructor: 'x' });
});

const matcherCases: readonly [text: string, shown: string[]][] = [
  ['tenant="acme"', ['tenant = acme']],
  ['{tenant="acme", severity=~"page|ticket"}', ['tenant = acme', 'severity =~ page|ticket']],
  ['a!=b', ['a != b']],
  ['"my.label" !~ "x,y\\"z"', ['my.label !~ x,y"z']],
];

for (const [text, shown] of matcherCases) {
  test(`matcher ${text}`, () => {
    assert.deepEqual(
      parseMatchers(text).map(({ name, operator, value }) => `${name} ${operator} ${value}`),
      shown,
    );
  });
}

for (const text of ['', 'tenant', '="x"', 'a="b" c="d"', 'a=~"("']) {
  test(`refused: ${text}`, () => {
    assert.throws(() => parseMatchers(text), { name: 'Failure', reason: 'invalid' });
  });
}
