import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notifyDependencies } from '../../test/fakes/notify-dependencies.ts';
import { notifiersOf } from './receiver-notifiers.ts';

test('a receiver has its notifiers in one order; only PagerDuty wakes', () => {
  const common = { send_resolved: true };
  const notifiers = notifiersOf(
    {
      console_configs: [common],
      webhook_configs: [{ ...common, url: 'http://127.0.0.1:1/hook' }],
      slack_configs: [
        { send_resolved: false, channel: 'C1', bot_token: 'x' },
        { ...common, channel: 'C2', bot_token: 'x' },
      ],
      pagerduty_configs: [{ ...common, routing_key: 'x', severity: 'critical' }],
    },
    notifyDependencies(),
  );
  assert.deepEqual(
    notifiers.map(({ kind, wakes, sendResolved, notifier }) => [
      kind,
      wakes,
      sendResolved,
      notifier.showsHealing,
    ]),
    [
      ['pagerduty', true, true, false],
      ['slack', false, false, true],
      ['slack', false, true, true],
      ['webhook', false, true, false],
      ['console', false, true, true],
    ],
  );
});
