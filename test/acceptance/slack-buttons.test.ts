import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFakePagerDuty } from '../fakes/pagerduty.ts';
import { startFakeSlackSocket } from '../fakes/slack-socket.ts';
import { startFakeSlack } from '../fakes/slack.ts';
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

test('a page is acknowledged by a button in Slack: the message, PagerDuty and who pressed are told', async (t) => {
  const directory = temporaryDirectory();
  const rules = join(directory, 'rules.yml');
  writeFileSync(rules, RULES);
  const [pagerDuty, socket] = await Promise.all([startFakePagerDuty(), startFakeSlackSocket()]);
  const slack = await startFakeSlack(socket);
  t.after(() => Promise.all([pagerDuty.close(), socket.close(), slack.close()]));
  await using daemon = await startDaemon({
    directory,
    config: {
      fleet: { instances: [] },
      rules: { files: [rules], interval: '1s' },
      route: { receiver: 'oncall', group_wait: '0s', group_interval: '1s' },
      receivers: [
        {
          name: 'oncall',
          pagerduty_configs: [{ routing_key: 'R'.repeat(32), url: pagerDuty.url }],
          slack_configs: [
            {
              channel: '#on-call',
              bot_token: slack.token,
              app_token: socket.appToken,
              api_url: slack.url,
            },
          ],
        },
      ],
    },
  });
  const shown = (): string => JSON.stringify(slack.messages[0]?.history.at(-1) ?? {});
  await eventually('the message and the page are there, and presses are heard', () => {
    return slack.messages.length === 1 && pagerDuty.events.length === 1 && socket.connections.open === 1;
  });
  assert.match(shown(), /43 \(threshold &gt; 20\)/);
  assert.match(shown(), /not acknowledged/);
  const key = pagerDuty.events[0]?.dedup_key ?? '';
  assert.ok(shown().includes(`"value":"${key}"`), 'buttons carry the key of the incident');

  socket.press({ action: 'acknowledge', value: key });
  await eventually('the message says who has it', () => /acknowledged by Priya Nair/.test(shown()));
  await eventually('PagerDuty is told', () =>
    pagerDuty.events.some(({ event_action: action }) => action === 'acknowledge'),
  );
  assert.doesNotMatch(shown(), /"action_id":"acknowledge"/);
  await eventually('the thread is told', () => slack.replies().includes('Acknowledged by Priya Nair'));
  await eventually('who pressed is answered', () => slack.ephemerals.length === 1);
  assert.equal(slack.ephemerals[0]?.user, 'U0PRIYA');

  socket.press({ action: 'run_remedy', value: key });
  await eventually('who pressed is answered', () => slack.ephemerals.length === 2);
  assert.match(slack.ephemerals[1]?.text ?? '', /^Not done: no remedy/);

  socket.press({ action: 'silence_1h', value: key, user: 'U0TOM' });
  await eventually('who pressed is answered', () => slack.ephemerals.length === 3);
  assert.match(slack.ephemerals[2]?.text ?? '', /silenced for 1h/);

  socket.press({ action: 'acknowledge', value: 'no-such-incident' });
  await eventually('who pressed is answered', () => slack.ephemerals.length === 4);
  assert.match(slack.ephemerals[3]?.text ?? '', /This incident is over/);
  assert.equal(slack.messages.filter(({ thread }) => thread === undefined).length, 1);
  assert.deepEqual(socket.complaints, []);
  const { code } = await daemon.stop();
  assert.equal(code, 0);
  const said = [...daemon.stderr, ...daemon.stdout].join('\n');
  for (const secret of [slack.token, socket.appToken]) assert.ok(!said.includes(secret));
});
