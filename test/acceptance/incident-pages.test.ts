import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFakePagerDuty } from '../fakes/pagerduty.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startDaemon } from './daemon.ts';
import { eventually } from './eventually.ts';

const RULES = `
groups:
  - name: pages
    rules:
      - alert: Stuck
        expr: vector(43) > 20
        labels: { severity: page, tenant: acme }
        annotations: { summary: 'acme: queue stuck, 43 waiting', action: Restart the stuck node }
`;

test('a receiver that refuses is named on the pages, another is told, and the page that it links to acknowledges', async (t) => {
  const directory = temporaryDirectory();
  const rules = join(directory, 'rules.yml');
  writeFileSync(rules, RULES);
  const [broken, spare] = await Promise.all([startFakePagerDuty(), startFakePagerDuty()]);
  t.after(() => Promise.all([broken.close(), spare.close()]));
  broken.fail(...Array.from({ length: 1000 }, () => ({ kind: 'status', status: 400 }) as const));
  const receiver = (name: string, url: string): object => ({
    name,
    pagerduty_configs: [{ routing_key: 'R'.repeat(32), url }],
  });
  await using daemon = await startDaemon({
    directory,
    config: {
      fleet: { instances: [] },
      rules: { files: [rules], interval: '1s' },
      route: { receiver: 'on-call', group_wait: '0s', group_interval: '1s' },
      receivers: [receiver('on-call', broken.url), receiver('spare', spare.url)],
      on_call: { fallback: { receiver: 'spare' } },
    },
  });
  const get = async (path: string): Promise<string> => {
    const response = await fetch(new URL(path, daemon.url));
    assert.equal(response.status, 200, path);
    return (await response.text()).replaceAll(/\s+/g, ' ');
  };

  await eventually('the fallback is told', () => spare.events.length > 0);
  const [event] = spare.events;
  const key = event?.dedup_key ?? '';
  await eventually('the first page says who refuses', async () =>
    /PagerDuty \(on-call\) has not taken 1 incident for .*: 1 went to PagerDuty \(spare\) instead\. Its answer: .*400/.test(
      await get('/'),
    ),
  );
  const incident = await get(`/incidents/${key}`);
  assert.match(incident, /<h1>acme: queue stuck, 43 waiting<\/h1>/);
  assert.match(incident, /<b>PagerDuty \(on-call\)<\/b> fails: .*400/);
  assert.match(incident, /Told: PagerDuty \(spare\)\./);
  assert.match(incident, /PagerDuty refuses it .*: sent to spare/);
  assert.match(incident, /43 \(threshold &gt; 20\)/);
  const metrics = await get('/metrics');
  assert.match(
    metrics,
    /octowatch_notifications_total\{receiver="on-call",kind="pagerduty",outcome="rejected"\} [1-9]/,
  );
  assert.match(metrics, /octowatch_notification_fallbacks_total\{receiver="on-call",kind="pagerduty"\} 1/);
  for (const path of [
    `/silences/new?incident=${key}`,
    '/tenants/acme',
    '/graph?g0.expr=vector(43)%20%3E%2020&g0.tab=0',
  ])
    assert.match(await get(path), /acme|threshold/);

  const send = (fields: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${daemon.url}/incidents/${key}/acknowledge`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin: daemon.url },
      redirect: 'manual',
    });
  assert.equal((await send({ by: 'Priya Nair', token: 'guess' })).status, 401);
  const done = await send({ by: 'Priya Nair', token: daemon.token });
  assert.equal(done.status, 303);
  await eventually('PagerDuty is told', () =>
    spare.events.some(({ event_action: action }) => action === 'acknowledge'),
  );
  const back = new URL(done.headers.get('location') ?? '', `${daemon.url}/incidents/${key}/acknowledge`);
  await eventually('the page says who has it', async () =>
    /acknowledged by Priya Nair/.test(await get(back.pathname)),
  );
  assert.match(await get(back.pathname), /Priya Nair acknowledged by web/);
  assert.equal((await daemon.stop()).code, 0);
  assert.ok(![...daemon.stderr, ...daemon.stdout].join('\n').includes(daemon.token));
});
