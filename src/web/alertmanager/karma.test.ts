import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { alertView, posted, serveAlertmanager } from '../testing/ask-alertmanager.ts';
import { NOW } from '../testing/web-fixture.ts';

// What karma asks, and what it reads of the answers (prymitive/karma internal/mapper/v017/api.go). The version it looks
// for in /metrics is not there: it then takes the newest form, which this is.
const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
const texts = z.record(z.string(), z.string());
const groups = z.array(
  z.object({
    labels: texts,
    receiver: z.object({ name: z.string() }),
    alerts: z.array(
      z.object({
        startsAt: time,
        annotations: texts,
        labels: texts,
        fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
        generatorURL: z.url(),
        status: z.object({
          state: z.enum(['unprocessed', 'active', 'suppressed']),
          inhibitedBy: z.array(z.string()),
          silencedBy: z.array(z.string()),
        }),
      }),
    ),
  }),
);
const silences = z.array(
  z.object({
    id: z.uuid(),
    startsAt: time,
    endsAt: time,
    comment: z.string(),
    createdBy: z.string(),
    matchers: z.array(
      z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean() }),
    ),
  }),
);

test('karma reads groups and silences, and adds, edits and ends silences in its own form', async (t) => {
  const view = alertView();
  const group = { receiver: 'on-call', labels: { tenant: 'acme' }, alerts: [view] };
  const dispatcher = { alerts: () => [view], groups: () => [group], mutesChanged() {} };
  const ask = await serveAlertmanager(t, { dispatcher });
  const [shown] = groups.parse((await ask('alerts/groups')).body);
  assert.deepEqual([shown?.receiver.name, shown?.alerts[0]?.labels], ['on-call', view.alert.labels]);

  // It writes every field in this order, and no annotations.
  const silence = {
    endsAt: new Date(NOW + 3_600_000).toISOString(),
    startsAt: new Date(NOW).toISOString(),
    comment: 'ACK! This alert was acknowledged using karma',
    createdBy: 'karma',
    matchers: [{ isEqual: true, name: 'alertname', value: 'QueueStuck', isRegex: false }],
  };
  const { body } = await ask('silences', posted(silence));
  const { silenceID } = z.object({ silenceID: z.uuid() }).parse(body);
  const edited = await ask('silences', posted({ ...silence, id: silenceID, comment: 'longer' }));
  assert.deepEqual(edited, { status: 200, body: { silenceID } });
  const [listed] = silences.parse((await ask('silences')).body);
  assert.deepEqual([listed?.id, listed?.comment], [silenceID, 'longer']);
  assert.equal((await ask(`silence/${silenceID}`, { method: 'DELETE' })).status, 200);
});
