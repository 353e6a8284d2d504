import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { testAlert, testIncident } from '../../test/fakes/incident.ts';
import { notifyDependencies } from '../../test/fakes/notify-dependencies.ts';
import { startFakePagerDuty } from '../../test/fakes/pagerduty.ts';
import { loadConfig } from '../config/load-config.ts';
import { createHttp } from '../system/system-http.ts';
import { alerting } from './receivers.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-receivers-'));
after(() => rmSync(folder, { recursive: true }));

test('receivers speak by the templates of the configuration; one that fails is counted, and the page goes out in our words', async (t) => {
  const pagerDuty = await startFakePagerDuty();
  const { http, close } = createHttp();
  t.after(() => Promise.all([close(), pagerDuty.close()]));
  writeFileSync(
    join(folder, 'page.tmpl'),
    '{{ define "page" }}{{ .CommonLabels.tenant | toUpper }}: {{ len .Alerts }} of {{ (index .Alerts 1).Status }}{{ end }}',
  );
  const config = loadConfig(
    join(folder, 'octowatch.yml'),
    `global: { pagerduty_url: '${pagerDuty.url}' }
templates: ['*.tmpl']
route: { receiver: oncall }
receivers:
  - name: oncall
    pagerduty_configs: [{ routing_key: ${'R0'.repeat(16)}, description: '{{ template "page" . }}' }]`,
    { env: {}, readFile: () => '' },
  );
  const failures = new Set<string>();
  const { receivers } = alerting(config, {
    ...notifyDependencies({
      http,
      metrics: {
        increment: (name, labels) => {
          assert.equal(name, 'octowatch_notification_part_failures_total');
          failures.add(JSON.stringify(labels));
        },
        observe() {},
        set() {},
      },
    }),
    tracer: { record() {} },
  });
  const [target] = receivers.get('oncall') ?? [];
  const never = new AbortController().signal;
  const two = testIncident({ key: 'two', alerts: [testAlert(), testAlert({ key: 'b' })] });
  await target?.notifier.notify(two, never);
  const one = testIncident({ key: 'one' });
  await target?.notifier.notify(one, never);
  assert.deepEqual(
    pagerDuty.events.map(({ payload }) => payload?.summary),
    ['ACME: 2 of firing', one.summary],
  );
  assert.deepEqual([...failures], ['{"kind":"pagerduty","reason":"invalid"}']);
});
