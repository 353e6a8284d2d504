import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { weekBefore, weekOf } from '../../src/alerts/report/week.ts';
import { startFakePagerDuty } from '../fakes/pagerduty.ts';
import { startFakeSlack } from '../fakes/slack.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startFakeWebhook } from '../fakes/webhook.ts';
import { octowatch } from './command-line.ts';
import { startDaemon } from './daemon.ts';
import { eventually } from './eventually.ts';

const RULES = `
groups:
  - name: always
    interval: 1s
    rules:
      - { alert: QueueStuck, expr: vector(43), labels: { severity: page, tenant: acme, team: db }, annotations: { summary: 'acme: queue stuck, {{ $value }} tasks wait' } }
      - { alert: DiskFull, expr: vector(1), for: 1s, labels: { severity: page, team: db }, annotations: { summary: 'sql-7 disk full' } }
      - { alert: Slow, expr: vector(1), labels: { severity: ticket, tenant: acme }, annotations: { summary: 'acme: slow' } }
`;

test('the week is reported, and sent once to every receiver that is named', async (t) => {
  const directory = temporaryDirectory();
  const fakes = {
    pagerDuty: await startFakePagerDuty(),
    slack: await startFakeSlack(),
    hook: await startFakeWebhook(),
    tickets: await startFakeWebhook(),
  };
  const { pagerDuty, slack, hook, tickets } = fakes;
  for (const fake of Object.values(fakes)) t.after(() => fake.close());
  const rules = join(directory, 'rules.yml');
  writeFileSync(rules, RULES);
  const config = {
    rules: { files: [rules, 'pack:self'], interval: '1s' },
    route: {
      receiver: 'oncall',
      group_by: ['alertname'],
      group_wait: '0s',
      routes: [{ matchers: ['alertname = OctowatchPageBudgetSpent', 'team = db'], receiver: 'tickets' }],
    },
    receivers: [
      { name: 'oncall', pagerduty_configs: [{ routing_key: 'R'.repeat(32), url: pagerDuty.url }] },
      {
        name: 'team',
        slack_configs: [{ channel: 'C0ONCALL', bot_token: slack.token, api_url: slack.url }],
        webhook_configs: [{ url: hook.url }],
      },
      { name: 'tickets', webhook_configs: [{ url: tickets.url }] },
    ],
    // Nobody is ever at work: whatever the time of this test, a page wakes somebody.
    on_call: { office_hours: { days: [] }, budget: { per_shift: 1 } },
    report: { receivers: ['team'], html_file: join(directory, 'report.html') },
  };
  const week = weekOf(Date.now(), 'UTC');
  const last = weekBefore(week, 'UTC');
  const run = (url: string, ...args: string[]): ReturnType<typeof octowatch> =>
    octowatch(['report', ...args, '--config', join(directory, 'octowatch.yml'), '--url', url], { directory });

  const daemon = await startDaemon({ directory, config });
  t.after(() => daemon[Symbol.asyncDispose]());
  await eventually('somebody is paged', () => pagerDuty.events.length > 1);
  const text = await eventually('the report knows', async () => {
    const { stdout } = await run(daemon.url, '--week', week.id);
    return stdout.includes('QueueStuck') && stdout.includes('DiskFull') && stdout;
  });
  assert.match(
    text,
    new RegExp(
      `^Week ${week.number} so far: woken twice, nothing healed\n2 pages of db’s budget of 10\\. 2 came within 12h, where 1 is allowed`,
      'm',
    ),
  );
  assert.match(
    text,
    /^\* \w{3} \d\d:\d\d {2}acme: queue stuck, 43 tasks wait\n {13}QueueStuck, still open$/m,
  );
  assert.match(text, /^Budget left +8 of 10$/m);
  assert.doesNotMatch(text, /Slow/);
  await eventually('the budget is measured', async () => {
    const metrics = await (await fetch(`${daemon.url}/metrics`)).text();
    return (
      metrics.includes('octowatch_page_budget_left{team="db",span="week"} 8') &&
      metrics.includes('octowatch_page_budget_left{team="db",span="shift"} -1') &&
      metrics.includes('octowatch_pages_total{team="db",rule="QueueStuck",out_of_hours="true"} 1')
    );
  });

  const [ticket] = await eventually(
    'the broken budget is a ticket of the team',
    () => tickets.deliveries.length > 0 && tickets.deliveries,
  );
  const { summary = '', action = '' } = z
    .record(z.string(), z.string())
    .parse(ticket?.body['commonAnnotations']);
  assert.equal(summary, 'octowatch: team db is 1 over its page budget of the shift');
  assert.match(
    action,
    /^Quieten the noisiest rules - (?:DiskFull|QueueStuck) \(1\), (?:DiskFull|QueueStuck) \(1\)\./,
  );

  const early = await run(daemon.url, '--week', week.id, '--send');
  assert.deepEqual([early.code, /is not over/.test(early.stderr)], [1, true]);
  const sent = await run(daemon.url, '--send');
  assert.equal(sent.code, 0, sent.stderr);
  assert.deepEqual(
    sent.stdout.split('\n').map((line) => line.split(/ {2,}/)[2]),
    ['OUTCOME', 'sent', 'sent', 'sent'],
  );
  const headline = `Week ${last.number}: nobody woken, nothing healed`;
  assert.deepEqual(
    slack.messages.map(({ channel, history }) => [channel, history[0]?.text]),
    [['C0ONCALL', headline]],
  );
  const [delivery] = hook.deliveries;
  assert.equal(delivery?.idempotencyKey, `octowatch-report-${last.id}`);
  assert.match(JSON.stringify(delivery.body), new RegExp(headline));
  assert.match(readFileSync(join(directory, 'report.html'), 'utf8'), new RegExp(`<h1>${headline}</h1>`));

  await daemon.kill9();
  await using again = await startDaemon({ directory, config });
  const repeated = await run(again.url, '--week', last.id, '--send');
  assert.equal(repeated.stdout.match(/sent before/g)?.length, 3);
  assert.match((await run(again.url, '--week', week.id)).stdout, /woken twice/);
  assert.deepEqual([slack.messages.length, hook.deliveries.length], [1, 1]);
});
