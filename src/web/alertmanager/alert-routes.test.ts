import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintOf } from '../../model/fingerprint.ts';
import type { AlertView } from '../../model/on-call.ts';
import { alertView, serveAlertmanager } from '../testing/ask-alertmanager.ts';
import { NOW } from '../testing/web-fixture.ts';
import type { AlertJson } from './alert-json.ts';

const SILENCE = {
  kind: 'silence',
  id: '5b0f',
  reason: 'silenced by jo until 08:30 UTC: upgrade',
  until: NOW + 7_200_000,
} as const;
const labels = (alertname: string, tenant = 'acme'): { alertname: string; tenant: string } => ({
  alertname,
  tenant,
});

/** One of each state. */
const VIEWS: readonly AlertView[] = [
  alertView({ key: 'told', labels: labels('Told') }),
  alertView({ key: 'waits', labels: labels('Waits') }, { isProcessed: false }),
  alertView({ key: 'silenced', labels: labels('Silenced') }, { mutes: [SILENCE] }),
  alertView(
    { key: 'inhibited', labels: labels('Inhibited') },
    {
      mutes: [{ kind: 'inhibition', id: 'told', reason: 'inhibited by Told' }],
      receivers: ['team', 'on-call'],
    },
  ),
  alertView(
    { key: 'muted', labels: labels('Muted', 'globex') },
    { mutes: [{ kind: 'time_interval', id: 'nights', reason: 'muted by nights' }], receivers: ['team'] },
  ),
];
const dispatcher = { alerts: () => [...VIEWS], groups: () => [], mutesChanged() {} };

const queries: readonly [query: string, found: string][] = [
  ['', 'Inhibited Muted Silenced Told Waits'],
  ['active=false', 'Inhibited Muted Silenced Waits'],
  ['active=false&unprocessed=false', 'Inhibited Muted Silenced'],
  // As amtool asks without a flag.
  ['active=true&inhibited=false&silenced=false&unprocessed=false&receiver=', 'Muted Told Waits'],
  ['active=false&inhibited=false&silenced=true&unprocessed=false', 'Muted Silenced'],
  ['active=f&inhibited=1&silenced=0&unprocessed=0', 'Inhibited Muted'],
  ['filter=tenant%3Dglobex', 'Muted'],
  ['filter=alertname%3D~%22T.*%7CW.*%22&filter=tenant!%3Dglobex', 'Told Waits'],
  ['filter=alertname%3D%22Tol%22', ''],
  ['filter=nothing%3D%22%22&filter=alertname%3DTold', 'Told'],
  ['receiver=team', 'Inhibited Muted'],
  ['receiver=te', ''],
  ['receiver=te.*%7Con-call', 'Inhibited Muted Silenced Told Waits'],
  ['receiver_matchers=owner%3D%22a%22', ''],
  ['receiver_matchers=owner!%3D%22a%22&filter=alertname%3DTold', 'Told'],
];
for (const [query, found] of queries) {
  test(`GET /alerts?${query}`, async (t) => {
    const ask = await serveAlertmanager(t, { dispatcher });
    const { status, body } = await ask(`alerts?${query}`);
    assert.equal(status, 200);
    const alerts: AlertJson[] = Array.isArray(body) ? body : [];
    assert.equal(
      alerts
        .map((alert) => alert.labels['alertname'] ?? '')
        .toSorted()
        .join(' '),
      found,
    );
    const prints = alerts.map(({ fingerprint }) => fingerprint);
    assert.deepEqual(prints, prints.toSorted());
  });
}

test('an alert has the shape of gettableAlert, and why it is not told', async (t) => {
  const ask = await serveAlertmanager(t, {
    dispatcher: {
      ...dispatcher,
      alerts: () => [
        alertView(
          { labels: labels('Down'), expression: 'up == 0', firedAt: NOW - 600_000 },
          {
            mutes: [SILENCE, { kind: 'inhibition', id: 'told', reason: 'inhibited by Told' }],
            heldUntil: NOW + 1000,
            foldedInto: 'storm',
          },
        ),
        alertView({ key: 'told', labels: labels('Told'), receivedFrom: 'http://prometheus.example/graph' }),
      ],
    },
  });
  const { body } = await ask('alerts?filter=alertname%3DDown');
  assert.deepEqual(body, [
    {
      labels: labels('Down'),
      annotations: { summary: 'acme: queue stuck', action: 'Restart a node.' },
      fingerprint: fingerprintOf(labels('Down')),
      startsAt: '2026-11-21T06:20:00.000Z',
      updatedAt: '2026-11-21T06:30:00.000Z',
      endsAt: '2026-11-21T06:35:00.000Z',
      generatorURL: 'http://127.0.0.1:9464/graph?g0.expr=up%20%3D%3D%200&g0.tab=0',
      receivers: [{ name: 'on-call' }],
      status: {
        state: 'suppressed',
        silencedBy: ['5b0f'],
        inhibitedBy: [fingerprintOf(labels('Told'))],
        mutedBy: [],
      },
      octowatch: {
        incidents: ['1'.repeat(32)],
        mutes: [
          { kind: 'silence', reason: SILENCE.reason, until: '2026-11-21T08:30:00.000Z' },
          { kind: 'inhibition', reason: 'inhibited by Told' },
        ],
        heldUntil: '2026-11-21T06:30:01.000Z',
        foldedInto: 'storm',
      },
    },
  ]);
});

const states: readonly [view: AlertView | undefined, state: string][] = [
  [VIEWS[0], 'active'],
  [VIEWS[1], 'unprocessed'],
  [VIEWS[2], 'suppressed'],
  [VIEWS[4], 'suppressed'],
];
for (const [view, state] of states) {
  test(`an alert such as ${view?.alert.key} is ${state}`, async (t) => {
    const alerts = view === undefined ? [] : [view];
    const ask = await serveAlertmanager(t, { dispatcher: { ...dispatcher, alerts: () => alerts } });
    const { body } = await ask('alerts');
    const [alert]: AlertJson[] = Array.isArray(body) ? body : [];
    assert.equal(alert?.status.state, state);
  });
}

const refused: readonly [path: string, message: RegExp][] = [
  ['alerts?filter=%7B', /^bad matcher format: /],
  ['alerts?filter=a%3D~(', /^bad matcher format: .*regular expression/],
  ['alerts?receiver=(', /^failed to parse receiver param: /],
  ['alerts?active=maybe', /^invalid parameter active: true or false, not "maybe"$/],
  ['alerts/groups?muted=2', /^invalid parameter muted: /],
  [`alerts?${'filter=a%3Db&'.repeat(101)}`, /^filter: at most 100 matchers$/],
];
for (const [path, message] of refused) {
  test(`GET /${path.slice(0, 40)} is refused with a JSON text`, async (t) => {
    const ask = await serveAlertmanager(t, { dispatcher });
    const { status, body } = await ask(path);
    assert.equal(status, 400);
    assert.match(String(body), message);
  });
}

test('groups are sorted, have all receivers of an alert, and are left out when nothing of them is asked for', async (t) => {
  const [told, waits, silenced, , muted] = VIEWS;
  assert.ok(told !== undefined && waits !== undefined && silenced !== undefined && muted !== undefined);
  const groups = [
    { receiver: 'team', labels: { tenant: 'globex' }, alerts: [muted] },
    { receiver: 'on-call', labels: { tenant: 'acme' }, alerts: [told, silenced] },
    { receiver: 'team', labels: { tenant: 'acme' }, alerts: [told] },
    { receiver: 'nobody', labels: {}, alerts: [] },
  ];
  const ask = await serveAlertmanager(t, { dispatcher: { ...dispatcher, groups: () => groups } });
  async function shown(query: string): Promise<string[]> {
    const { body } = await ask(`alerts/groups?${query}`);
    const found: { receiver: { name: string }; labels: object; routeLabels: object; alerts: AlertJson[] }[] =
      Array.isArray(body) ? body : [];
    return found.map(({ receiver, labels: by, routeLabels, alerts }) => {
      assert.deepEqual(routeLabels, {});
      const names = alerts.map(
        (alert) => `${alert.labels['alertname']}@${alert.receivers.map(({ name }) => name).join('+')}`,
      );
      return `${receiver.name} ${JSON.stringify(by)} ${names.toSorted().join(' ')}`;
    });
  }
  const acme = 'on-call {"tenant":"acme"} Silenced@on-call Told@on-call+team';
  const team = 'team {"tenant":"acme"} Told@on-call+team';
  const globex = 'team {"tenant":"globex"} Muted@team';
  assert.deepEqual(await shown(''), [acme, team, globex]);
  assert.deepEqual(await shown('muted=false'), [acme, team]);
  assert.deepEqual(await shown('receiver=team'), [team, globex]);
  assert.deepEqual(await shown('silenced=false&active=true'), [
    'on-call {"tenant":"acme"} Told@on-call+team',
    team,
    globex,
  ]);
  assert.deepEqual(await shown('filter=alertname%3DSilenced'), [
    'on-call {"tenant":"acme"} Silenced@on-call',
  ]);
});
