import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { configSchema } from '../../config/schema.ts';
import { serveAlertmanager } from '../testing/ask-alertmanager.ts';

const config = configSchema.parse({
  global: { resolve_timeout: '10m' },
  templates: ['/etc/octowatch/*.tmpl'],
  route: {
    receiver: 'log',
    group_by: ['...'],
    group_wait: '0s',
    routes: [
      {
        matchers: ['a="b"'],
        receiver: 'team',
        continue: true,
        mute_time_intervals: ['nights'],
        repeat_interval: '1h30m',
      },
      { match: { c: 'd' } },
    ],
  },
  inhibit_rules: [{ source_matchers: ['a="b"'], target_match: { c: 'd' }, equal: ['tenant'] }],
  time_intervals: [{ name: 'nights', time_intervals: [{ weekdays: ['monday'] }] }],
  receivers: [
    { name: 'log', console_configs: [{}] },
    {
      name: 'team',
      slack_configs: [
        { bot_token: 'xoxb-s3cret', channel: '#team', send_resolved: false },
        { api_url: 'https://hooks.example/s3cret' },
      ],
      pagerduty_configs: [{ routing_key: 's3cret', details: { a: 's3cret' } }],
      email_configs: [
        { to: 'jo@example.com', from: 'a@example.com', smarthost: 'a:25', auth_password: 's3cret' },
      ],
      webhook_configs: [{ url: 'https://a:s3cret@a.example/s3cret', bearer_token: 's3cret' }],
      alertmanager_configs: [{ urls: ['http://a:s3cret@a.example'] }],
    },
  ],
});

test('the status has the configuration as Alertmanager would, and no secret', async (t) => {
  const ask = await serveAlertmanager(t, { config: () => config });
  const { status, body } = await ask('status');
  assert.equal(status, 200);
  const {
    config: { original },
    ...rest
  } = Object(body);
  assert.deepEqual(rest, {
    cluster: { status: 'disabled', peers: [] },
    versionInfo: {
      version: '0.34.1',
      revision: 'octowatch 1.2.3',
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    },
    uptime: '2026-11-21T05:30:00.000Z',
  });
  assert.doesNotMatch(original, /s3cret/);
  assert.deepEqual(parse(original), {
    global: { resolve_timeout: '10m' },
    route: {
      receiver: 'log',
      group_by: ['...'],
      group_wait: '0s',
      routes: [
        {
          matchers: ['a="b"'],
          receiver: 'team',
          continue: true,
          mute_time_intervals: ['nights'],
          repeat_interval: '1h30m',
        },
        { match: { c: 'd' } },
      ],
    },
    inhibit_rules: [{ source_matchers: ['a="b"'], target_match: { c: 'd' }, equal: ['tenant'] }],
    time_intervals: [{ name: 'nights', time_intervals: [{ weekdays: ['monday'] }] }],
    mute_time_intervals: [],
    receivers: [
      { name: 'log', webhook_configs: [{ send_resolved: true, url: '<secret>' }] },
      {
        name: 'team',
        pagerduty_configs: [{ send_resolved: true, routing_key: '<secret>' }],
        slack_configs: [
          { send_resolved: false, api_url: '<secret>', channel: '#team' },
          { send_resolved: true, api_url: '<secret>' },
        ],
        email_configs: [
          { send_resolved: true, to: 'jo@example.com', from: 'a@example.com', smarthost: 'a:25' },
        ],
        webhook_configs: [
          { send_resolved: true, url: '<secret>' },
          { send_resolved: true, url: '<secret>' },
        ],
      },
    ],
  });
});

test('without a route nobody is told, which is a receiver too', async (t) => {
  const ask = await serveAlertmanager(t);
  const { body } = await ask('status');
  const { route, receivers } = parse(Object(body).config.original);
  assert.deepEqual([route, receivers], [{ receiver: 'nobody' }, [{ name: 'nobody' }]]);
});

test('receivers are listed by name; they have no labels', async (t) => {
  const ask = await serveAlertmanager(t, { config: () => config });
  const named = [
    { name: 'log', labels: {} },
    { name: 'team', labels: {} },
  ];
  assert.deepEqual(await ask('receivers'), { status: 200, body: named });
  assert.deepEqual((await ask('receivers?receiver_matchers=owner%3Da')).body, []);
  assert.deepEqual((await ask('receivers?receiver_matchers=owner!%3Da')).body, named);
});
