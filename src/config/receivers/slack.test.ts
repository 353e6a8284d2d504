import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slackConfig } from './slack.ts';

const HOOK = 'https://hooks.slack.com/services/T0/B0/x';
const METHOD = 'https://slack.com/api/chat.postMessage';
const bot = ['xoxb', '1'].join('-');
const app = ['xapp', '1'].join('-');

describe('a Slack receiver', () => {
  const TAKEN: readonly [string, object][] = [
    ['a bot', { channel: '#on-call', bot_token: bot }],
    ['a bot with buttons', { channel: 'C1', bot_token: bot, app_token: app }],
    ['an incoming webhook', { api_url: HOOK }],
    [
      'an incoming webhook with a channel by template',
      { api_url: HOOK, channel: '#{{ .GroupLabels.team }}' },
    ],
    [
      "Alertmanager's app_token",
      { channel: '#on-call', app_token: bot, app_url: METHOD, update_message: true },
    ],
    [
      "Alertmanager's bot token by http_config",
      { channel: 'C1', api_url: METHOD, http_config: { authorization: { credentials: bot } } },
    ],
    [
      'words of its own',
      {
        api_url: HOOK,
        title: '{{ template "slack.default.title" . }}',
        fields: [{ title: 'a', value: 'b', short: true }],
        actions: [{ type: 'button', text: 'Runbook', url: '{{ .CommonAnnotations.runbook_url }}' }],
      },
    ],
  ];
  for (const [name, config] of TAKEN) {
    test(`may be ${name}`, () => assert.ok(slackConfig.safeParse(config).success));
  }

  const REFUSED: readonly [object, string, RegExp][] = [
    [{ channel: '#on-call' }, '', /bot_token .* or the api_url/],
    [{ bot_token: bot }, 'channel', /needs a channel/],
    [{ bot_token: bot, channel: '#{{ .GroupLabels.team }}' }, 'channel', /no template/],
    [{ channel: 'C1', app_token: app }, 'app_token', /hears buttons only/],
    [{ channel: 'C1', bot_token: bot, app_token: bot }, 'app_token', /xapp-/],
    [{ channel: 'C1', api_url: METHOD }, 'api_url', /bot token/],
    [{ api_url: HOOK, update_message: true }, 'update_message', /cannot edit/],
    [{ api_url: HOOK, actions: [{ type: 'select', text: 'x', url: 'y' }] }, 'actions.0.type', /buttons only/],
    [{ api_url: HOOK, actions: [{ text: 'x', name: 'y', value: 'z' }] }, 'actions.0.url', /./],
    [{ api_url: HOOK, thread: true }, '', /thread/],
  ];
  for (const [config, path, words] of REFUSED) {
    test(`is refused for ${JSON.stringify(config)}`, () => {
      const issues = slackConfig.safeParse(config).error?.issues ?? [];
      const found = issues.find((issue) => issue.path.join('.') === path);
      assert.match(found?.message ?? '', words);
    });
  }
});
