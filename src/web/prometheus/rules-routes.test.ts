import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../model/alert.ts';
import type { GroupStatus, RuleStatus } from '../../ruler/rule-status.ts';
import type { SavedAlert } from '../../ruler/saved-alert.ts';
import { askApi, success } from '../testing/ask-api.ts';
import { firingAlert, NOW } from '../testing/web-fixture.ts';

const alert = firingAlert({ value: 0.25 });
const shown = {
  labels: alert.labels,
  annotations: alert.annotations,
  state: 'firing',
  activeAt: '2026-11-21T06:18:00.000Z',
  value: '2.5e-01',
};

function saved(given: Alert): SavedAlert {
  return { ...given, rule: 'QueueStuck', ruleKey: '' };
}

const alerting: RuleStatus = {
  kind: 'alert',
  name: 'QueueStuck',
  query: 'queue > 5',
  labels: { severity: 'page' },
  annotations: { summary: '{{ $labels.tenant }}: queue stuck' },
  forMs: 90_000,
  keepFiringForMs: 5000,
  state: 'firing',
  health: 'ok',
  lastError: '',
  lastEvaluation: NOW,
  durationMs: 2,
  alerts: [saved(alert), saved(firingAlert({ state: 'pending' }))],
};
const recording: RuleStatus = {
  ...alerting,
  kind: 'record',
  name: 'tenant:queue:sum',
  query: 'sum by (tenant) (queue)',
  labels: {},
  annotations: {},
  health: 'err',
  lastError: 'it failed',
  alerts: [],
};
const group = (name: string, rules: readonly RuleStatus[]): GroupStatus => ({
  name,
  id: name,
  file: `rules/${name}.yml`,
  queryOffsetMs: 0,
  intervalMs: 15_000,
  limit: 0,
  durationMs: 5,
  rules,
});
const ruleGroups = (): GroupStatus[] => [group('a', [alerting, recording]), group('b', [recording])];

test('rules are shown as Prometheus shows them', async (t) => {
  const common = { evaluationTime: 0.002, lastEvaluation: '2026-11-21T06:30:00.000Z' };
  const recorded = {
    name: 'tenant:queue:sum',
    query: 'sum by (tenant) (queue)',
    labels: {},
    health: 'err',
    lastError: 'it failed',
    ...common,
    type: 'recording',
  };
  const times = { interval: 15, limit: 0, evaluationTime: 0.005, lastEvaluation: '0001-01-01T00:00:00Z' };
  const first = {
    state: 'firing',
    name: 'QueueStuck',
    query: 'queue > 5',
    duration: 90,
    keepFiringFor: 5,
    labels: { severity: 'page' },
    annotations: { summary: '{{ $labels.tenant }}: queue stuck' },
    alerts: [shown, { ...shown, state: 'pending', value: '1e+00' }],
    health: 'ok',
    ...common,
    type: 'alerting',
  };
  const groups = [
    { name: 'a', file: 'rules/a.yml', rules: [first, recorded], ...times },
    { name: 'b', file: 'rules/b.yml', rules: [recorded], ...times },
  ];
  assert.deepEqual(await askApi(t, { ruleGroups }, 'rules'), success({ groups }));
});

const filters: readonly [query: string, rules: readonly string[]][] = [
  ['type=alert', ['a/QueueStuck']],
  ['type=record', ['a/tenant:queue:sum', 'b/tenant:queue:sum']],
  ['rule_name[]=QueueStuck&rule_name[]=None', ['a/QueueStuck']],
  ['rule_group[]=b', ['b/tenant:queue:sum']],
  ['file[]=rules/a.yml', ['a/QueueStuck', 'a/tenant:queue:sum']],
  ['match[]={severity="page"}', ['a/QueueStuck']],
  ['match[]={severity="log"}', []],
];
for (const [query, rules] of filters) {
  test(`rules?${query}`, async (t) => {
    const { body } = await askApi(t, { ruleGroups }, `rules?${query}`);
    const groups: { name: string; rules: { name: string }[] }[] = Object(body).data.groups;
    assert.deepEqual(
      groups.flatMap(({ name, rules: found }) => found.map((rule) => `${name}/${rule.name}`)),
      rules,
    );
  });
}

test('alerts can be left out; a rule without any has none', async (t) => {
  const { body } = await askApi(t, { ruleGroups }, 'rules?exclude_alerts=true&type=alert');
  assert.equal(Object(body).data.groups[0].rules[0].alerts, null);
  const quiet = (): GroupStatus[] => [group('a', [{ ...alerting, state: 'inactive', alerts: [] }])];
  const { body: answer } = await askApi(t, { ruleGroups: quiet }, 'rules');
  assert.deepEqual(
    [Object(answer).data.groups[0].rules[0].state, Object(answer).data.groups[0].rules[0].alerts],
    ['inactive', []],
  );
});

test('groups come page by page', async (t) => {
  const page = async (query: string): Promise<{ names: string[]; token: string | undefined }> => {
    const { groups, groupNextToken } = Object((await askApi(t, { ruleGroups }, `rules?${query}`)).body).data;
    return { names: groups.map(({ name }: GroupStatus) => name), token: groupNextToken };
  };
  const first = await page('group_limit=1');
  assert.deepEqual(first.names, ['a']);
  assert.deepEqual(await page(`group_limit=1&group_next_token=${first.token}`), {
    names: ['b'],
    token: undefined,
  });
});

for (const query of [
  'type=all',
  'exclude_alerts=maybe',
  'group_limit=0',
  'group_next_token=x',
  'group_limit=1&group_next_token=x',
]) {
  test(`bad data: rules?${query}`, async (t) => {
    const { status, body } = await askApi(t, { ruleGroups }, `rules?${query}`);
    assert.deepEqual([status, Object(body).errorType], [400, 'bad_data']);
  });
}

test('alerts are those that are pending or firing', async (t) => {
  const alerts = () => [alert, firingAlert({ state: 'resolved', resolvedAt: NOW })];
  assert.deepEqual(await askApi(t, { alerts }, 'alerts'), success({ alerts: [shown] }));
});
