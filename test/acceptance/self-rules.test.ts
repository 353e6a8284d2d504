import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFakeElasticsearch } from '../fakes/elasticsearch.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startFakeWebhook } from '../fakes/webhook.ts';
import { startDaemon } from './daemon.ts';
import { eventually } from './eventually.ts';

const LINES = 40;

test('the agent tells of its own trouble: documents that the store refused for good', async (t) => {
  const directory = temporaryDirectory();
  const log = join(directory, 'OctopusServer.txt');
  const stamp = new Date().toISOString().replace('T', ' ').replace('Z', '0');
  const line = (n: number): string =>
    `${stamp}      1     111  INFO  Executing task "Deploy ${n}" "completed" after 290ms.\n`;
  writeFileSync(log, Array.from({ length: LINES }, (_, n) => line(n)).join(''));
  const elasticsearch = await startFakeElasticsearch();
  t.after(() => elasticsearch.close());
  elasticsearch.next({ kind: 'items', status: (index) => (index % 2 === 0 ? 400 : undefined) });
  const webhook = await startFakeWebhook();
  t.after(() => webhook.close());
  await using daemon = await startDaemon({
    directory,
    config: {
      fleet: { instances: [{ tenant: 'acme', files: { 'octopus-server-log': [log] } }] },
      collectors: { 'octopus-server-log': { read_from: 'beginning' } },
      store: { elasticsearch: { nodes: [elasticsearch.url], time_series: false } },
      rules: { files: ['pack:self'], interval: '1s' },
      route: { receiver: 'hook', group_wait: '0s' },
      receivers: [{ name: 'hook', webhook_configs: [{ url: webhook.url }] }],
    },
  });
  const [first] = await eventually(
    'the ticket arrives',
    () => webhook.deliveries.length > 0 && webhook.deliveries,
  );
  const { commonLabels, commonAnnotations } = first!.body as Record<string, Record<string, string>>;
  assert.deepEqual(commonLabels, { alertname: 'OctowatchDeadLetters', severity: 'ticket' });
  assert.match(commonAnnotations?.['summary'] ?? '', /^octowatch: the store refused \d+ documents for good$/);
  assert.equal((await daemon.stop()).code, 0);
});
