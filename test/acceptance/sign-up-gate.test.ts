import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startLoopbackServer } from '../contract/loopback-server.ts';
import { startFakeWebhook } from '../fakes/webhook.ts';
import { startDaemon } from './daemon.ts';
import { eventually } from './eventually.ts';
import { vector } from './metrics.ts';

/** What a collector of a cloud would leave in the head. */
function quotaPage(used: number): string {
  const scope = 'provider="aws",account="prod",region="us-west-2"';
  const subnet = `{${scope},quota="subnet_addresses",resource="subnet-1"}`;
  const servers = `{${scope},quota="rds_instances"}`;
  return [
    `cloud_quota_limit${subnet} 100`,
    `cloud_quota_used${subnet} ${used}`,
    `cloud_quota_limit${servers} 10`,
    `cloud_quota_used${servers} 3`,
    '',
  ].join('\n');
}

test('the least quota pauses sign-ups, and room resumes them: each once, over kills and lost answers', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'octowatch-gate-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  let used = 70;
  const cloud = await startLoopbackServer(t, () => ({
    text: quotaPage(used),
    headers: { 'content-type': 'text/plain; version=0.0.4' },
  }));
  const receiver = await startFakeWebhook();
  t.after(() => receiver.close());
  const gate = {
    url: receiver.url,
    signing_key: 'a-key-of-an-acceptance-test',
    pause_below: 20,
    resume_above: 40,
  };
  const config = {
    collectors: {
      prometheus: { interval: '300ms', targets: [{ name: 'cloud', url: `${cloud.url}/metrics` }] },
      capacity: { interval: '300ms', sign_up_gate: gate },
    },
    rules: { files: ['pack:capacity'], interval: '500ms' },
  };
  const events = (): unknown[] => receiver.distinct().map(({ body }) => body['event']);

  {
    await using first = await startDaemon({ directory, config });
    const [left] = await eventually('the room is known', async () => {
      const found = await vector(first.url, 'capacity_tenants_left{scope="fleet"}');
      return found.length > 0 && found;
    });
    assert.equal(left?.value, 30);
    receiver.fail({ kind: 'reset-after-accepting' });
    used = 85;
    await eventually('sign-ups are paused', () => receiver.deliveries.length > 0);
    await first.kill9();
  }

  await using second = await startDaemon({ directory, config });
  const [closed] = await eventually('the gate is closed and heard', async () => {
    const found = await vector(
      second.url,
      'capacity_sign_up_gate_open == 0 and capacity_sign_up_gate_unheard == 0',
    );
    return found.length > 0 && found;
  });
  assert.equal(closed?.labels['quota'], 'subnet_addresses');
  assert.ok(receiver.deliveries.length > 1, 'the lost answer was asked for again');
  used = 30;
  await eventually('sign-ups are resumed', () => events().length > 1);
  assert.deepEqual(events(), ['sign_ups_paused', 'sign_ups_resumed']);
});
