import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notifyDependencies } from '../../test/fakes/notify-dependencies.ts';
import { messengersOf } from './receiver-messengers.ts';
import { notifiersOf, type ReceiverOptions } from './receiver-notifiers.ts';

const common = { send_resolved: true };

const RECEIVER: ReceiverOptions = {
  console_configs: [common],
  webhook_configs: [
    { ...common, url: 'http://127.0.0.1:1/hook', wakes: false },
    { ...common, url: 'http://127.0.0.1:1/pager', wakes: true },
  ],
  email_configs: [
    {
      ...common,
      to: 'oncall@example.com',
      from: 'octowatch@example.com',
      smarthost: '127.0.0.1:1',
      hello: 'localhost',
      require_tls: true,
      headers: {},
    },
  ],
  alertmanager_configs: [{ ...common, urls: ['http://127.0.0.1:1'] }],
  slack_configs: [
    { send_resolved: false, channel: 'C1', bot_token: 'x' },
    { ...common, channel: 'C2', bot_token: 'x' },
  ],
  pagerduty_configs: [{ ...common, routing_key: 'x', severity: 'critical' }],
};

test('a receiver has its notifiers in one order; only PagerDuty wakes, and a webhook that is said to', () => {
  const notifiers = notifiersOf(RECEIVER, notifyDependencies());
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
      ['webhook', true, true, false],
      ['email', false, true, false],
      ['alertmanager', false, true, false],
      ['console', false, true, true],
    ],
  );
});

test('an Alertmanager is told of single alerts: nothing is folded for it', () => {
  const forwarders = notifiersOf(RECEIVER, notifyDependencies()).filter(({ isForwarder }) => isForwarder);
  assert.deepEqual(
    forwarders.map(({ kind }) => kind),
    ['alertmanager'],
  );
});

test('other messages go to people and webhooks, not to who wakes or forwards', () => {
  assert.deepEqual(
    messengersOf(RECEIVER, notifyDependencies()).map(({ kind }) => kind),
    ['slack', 'slack', 'webhook', 'webhook', 'email', 'console'],
  );
});
