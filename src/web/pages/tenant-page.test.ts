import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryIncidentLog } from '../../alerts/log/sqlite-incident-log.ts';
import { alertView } from '../testing/ask-alertmanager.ts';
import { askPages, ATTACK } from '../testing/ask-pages.ts';
import { firingAlert, NOW, onCallSources } from '../testing/web-fixture.ts';

const MINUTE = 60_000;

test('a tenant: its state, its labels, what fires and why it is quiet, heals, incidents', async () => {
  const log = createMemoryIncidentLog();
  const entry = {
    receiver: 'oncall',
    alertname: 'QueueStuck',
    severity: 'page',
    summary: 'acme: queue stuck',
  } as const;
  log.saveIncident({
    ...entry,
    key: 'old',
    tenant: 'acme',
    startedAt: NOW - 90 * MINUTE,
    endedAt: NOW - 80 * MINUTE,
    ended: 'healed by octopus-task-cancel',
  });
  log.saveIncident({ ...entry, key: 'other', tenant: 'globex', summary: 'globex: down', startedAt: NOW });
  const mutes = [{ kind: 'inhibition', id: 'x', reason: 'inhibited by sql-7 down' } as const];
  const heal = {
    tenant: 'acme',
    alertName: 'QueueStuck',
    remedy: 'octopus-task-cancel',
    state: 'healed',
    detail: 'cancelled ServerTasks-9',
    startedAt: NOW - 85 * MINUTE,
    endedAt: NOW,
  } as const;
  const { status, text } = await askPages({
    tenants: () => [{ tenant: 'acme', info: { database_server: 'sql-7', plan: ATTACK } }],
    alerts: () => [
      firingAlert(),
      firingAlert({ key: 'k2', labels: { alertname: 'QueueStuck', tenant: 'globex', severity: 'page' } }),
    ],
    heals: () => [heal, { ...heal, tenant: 'globex', detail: 'not ours' }],
    onCall: onCallSources({ alerts: () => [alertView({}, { mutes, incidents: ['inc'] })] }, { log }),
  }).get('/tenants/acme');
  assert.equal(status, 200);
  assert.match(text, /<title>acme down · octowatch<\/title>/);
  assert.match(text, /<dt>database_server<\/dt> <dd>sql-7<\/dd>/);
  assert.match(text, /<dd>&lt;script&gt;/);
  assert.match(text, /href="\.\.\/incidents\/inc"/);
  assert.match(text, /inhibited by sql-7 down; told when that one ends first/);
  assert.match(text, /cancelled ServerTasks-9/);
  assert.match(text, /href="\.\.\/incidents\/old"\s*>acme: queue stuck/);
  assert.match(text, /healed by octopus-task-cancel after 10m/);
  assert.doesNotMatch(text, /globex|not ours/);
});

test('a tenant that has left the fleet is known by its incidents, and another is not', async () => {
  const log = createMemoryIncidentLog();
  log.saveIncident({
    key: 'k',
    receiver: 'r',
    alertname: 'A',
    tenant: 'gone',
    severity: 'page',
    summary: 'gone: down',
    startedAt: NOW,
  });
  const pages = askPages({ onCall: onCallSources({}, { log }) });
  assert.match((await pages.get('/tenants/gone')).text, /It is not in the fleet now\./);
  const never = await pages.get(`/tenants/${encodeURIComponent(ATTACK)}`);
  assert.equal(never.status, 404);
  assert.match(never.text, /This tenant is not known here/);
});

test('a tenant whose name is markup', async () => {
  const tenants = () => [{ tenant: `a/${ATTACK}`, info: {} }];
  const pages = askPages({ tenants });
  const { text } = await pages.get('/');
  const [, href = ''] = /href="\.\/(tenants\/[^"]+)"/.exec(text) ?? [];
  const { status, text: shown } = await pages.get(`/${href}`);
  assert.equal(status, 200);
  assert.match(shown, /a\/&lt;script&gt;.* healthy<\/h1>/);
});
