import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { systemClock } from '../../src/system/system-clock.ts';
import { startDaemon } from '../acceptance/daemon.ts';
import { eventually } from '../acceptance/eventually.ts';
import { startFakePagerDuty } from '../fakes/pagerduty.ts';
import { silentLog } from '../fakes/silent-log.ts';
import { startFakeSlack } from '../fakes/slack.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';

const PAGE_AFTER_MS = 20_000;
const LONG_MS = 60_000;

/** It goes on after the stuck task is gone: the remedy acts, and does not help. */
const RULES = `
groups:
  - name: drill
    interval: 1s
    rules:
      - alert: OctopusSchedulerStalled
        expr: max_over_time(octopus_task_queue_age_seconds{name="RecurringScheduledDeployments"}[10m]) > 8
        labels: { severity: page }
        annotations:
          summary: '{{ $labels.tenant }}: scheduled triggers stalled'
          remedy: octopus-task-cancel
`;

test('killed with -9 while a heal works: the page comes after page_after all the same, once', async (t) => {
  const directory = temporaryDirectory();
  const [pagerDuty, slack] = [await startFakePagerDuty(), await startFakeSlack()];
  const tenant = 'initech';
  const simulator = await startSimulator({
    seed: 7,
    tenants: [
      {
        tenant,
        kind: 'active',
        calendar: 'always-busy',
        tasksPerDay: 20_000,
        taskLength: 0.1,
        taskCap: 10,
        nodeCount: 1,
        hasSchedules: true,
      },
    ],
    clock: systemClock,
    directory: join(directory, 'fleet'),
    log: silentLog,
    stepMs: 200,
  });
  t.after(() => Promise.all([simulator.close(), pagerDuty.close(), slack.close()]));
  writeFileSync(join(directory, 'rules.yml'), RULES);
  const config = {
    fleet: {
      instances: simulator.instances.map(({ url, apiKey, info }) => ({ tenant, url, api_key: apiKey, info })),
    },
    collectors: { 'octopus-api': { interval: '1s', requests_per_minute: 6000 } },
    rules: { files: [join(directory, 'rules.yml')], interval: '1s' },
    route: { receiver: 'oncall', group_wait: '0s', group_interval: '1s' },
    receivers: [
      {
        name: 'oncall',
        pagerduty_configs: [{ routing_key: 'R'.repeat(32), url: pagerDuty.url }],
        slack_configs: [{ channel: 'C0ONCALL', bot_token: slack.token, api_url: slack.url }],
      },
    ],
    heal: {
      armed: ['octopus-task-cancel'],
      page_after: `${PAGE_AFTER_MS}ms`,
      verify_within: '10m',
      'octopus-task-cancel': { min_age: '5s' },
    },
  };

  const first = await startDaemon({ config, directory });
  simulator.inject({ type: 'T2', tenants: [tenant], durationMs: 10 * LONG_MS });
  await eventually('the remedy acts', () => simulator.cancelled(tenant).length > 0, LONG_MS);
  const actedAt = Date.now();
  await first.kill9();
  assert.deepEqual(pagerDuty.events, [], 'the page is held while the heal works');

  await using second = await startDaemon({ config, directory });
  const upAt = Date.now();
  const trigger = await eventually('the page comes', () => pagerDuty.events[0], LONG_MS);
  const late = trigger.receivedAt - Math.max(actedAt + PAGE_AFTER_MS, upAt);
  assert.ok(late < 5000, `the page came ${late} ms after it was due`);
  assert.ok(trigger.receivedAt >= actedAt + PAGE_AFTER_MS - 5000, 'the page was held over the restart');
  await delay(5000);
  assert.deepEqual(
    pagerDuty.events.map(({ event_action: action }) => action),
    ['trigger'],
  );
  assert.equal(simulator.cancelled(tenant).length, 1, 'the remedy acted once');
  assert.equal(slack.messages.filter(({ thread }) => thread === undefined).length, 1);
  assert.equal((await second.stop()).code, 0);
});
