import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFakeAlertmanager } from '../fakes/alertmanager.ts';
import { startFakePagerDuty } from '../fakes/pagerduty.ts';
import { startFakeSmtp } from '../fakes/smtp.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startFakeWebhook } from '../fakes/webhook.ts';
import { startDaemon, writeConfig } from './daemon.ts';
import { eventually } from './eventually.ts';

const PASSWORD = 'mail-pa55word-7c1e';

function rules(expression: string): string {
  return `
groups:
  - name: try
    interval: 1s
    rules:
      - alert: ReceiverTry
        expr: ${expression}
        labels: { severity: page, tenant: acme }
        annotations: { summary: 'acme: a test of the receivers', action: Nothing. }
`;
}

test('an alert reaches everybody whom its receiver names, and so does its end', async (t) => {
  const directory = temporaryDirectory();
  const [pagerDuty, webhook, smtp, one, two] = await Promise.all([
    startFakePagerDuty(),
    startFakeWebhook(),
    startFakeSmtp({ user: { name: 'octowatch', password: PASSWORD } }),
    startFakeAlertmanager(),
    startFakeAlertmanager(),
  ]);
  t.after(() => Promise.all([pagerDuty, webhook, smtp, one, two].map((fake) => fake.close())));
  const ruleFile = join(directory, 'rules.yml');
  const passwordFile = join(directory, 'password');
  writeFileSync(ruleFile, rules('vector(1)'));
  writeFileSync(passwordFile, PASSWORD);
  const config = {
    rules: { files: [ruleFile] },
    global: {
      smtp_smarthost: smtp.smarthost,
      smtp_from: 'octowatch@example.com',
      smtp_require_tls: false,
      smtp_auth_username: 'octowatch',
      smtp_auth_password_file: passwordFile,
    },
    route: { receiver: 'all', group_wait: '0s', group_interval: '1s' },
    receivers: [
      {
        name: 'all',
        pagerduty_configs: [
          {
            routing_key: 'R'.repeat(32),
            url: pagerDuty.url,
            description: '{{ .CommonLabels.tenant }} is tried',
          },
        ],
        webhook_configs: [{ url: webhook.url, signing_key: 'signing-5ecret' }],
        email_configs: [{ to: 'oncall@example.com', html: '<i>{{ .Status }}</i>' }],
        alertmanager_configs: [{ urls: [one.url, two.url] }],
      },
    ],
  };
  await using daemon = await startDaemon({ directory, config });

  await eventually('PagerDuty is told', () => pagerDuty.history[0]?.title === 'acme is tried');
  await eventually('a mail arrives', () => smtp.mails.length === 1);
  await eventually('the webhook is told', () => webhook.deliveries.length > 0);
  await eventually('both Alertmanagers are told', () =>
    [one, two].every((fake) => fake.firing(Date.now()).includes('ReceiverTry')),
  );
  const [mail] = smtp.mails;
  assert.equal(mail?.headers['subject'], 'acme: a test of the receivers');
  assert.equal(mail.parts['text/html']?.trim(), '<i>firing</i>');
  assert.equal(mail.login, 'PLAIN:octowatch');
  assert.match(String(webhook.deliveries[0]?.headers['octowatch-signature']), /^v1=[0-9a-f]{64}$/);

  writeFileSync(ruleFile, rules('vector(1) > 2'));
  writeConfig(directory, config);
  daemon.signal('SIGHUP');
  await eventually('all are told of the end', () => {
    const isOver = [...pagerDuty.incidents().values()].every((state) => state === 'resolved');
    const [resolved] = webhook.deliveries.slice(-1);
    return (
      isOver &&
      resolved?.body['status'] === 'resolved' &&
      smtp.mails.at(-1)?.headers['subject'] === 'Resolved: acme: a test of the receivers' &&
      [one, two].every((fake) => fake.firing(Date.now()).length === 0)
    );
  });
  assert.equal(smtp.mails.at(-1)?.headers['in-reply-to'], mail.headers['message-id']);
  assert.equal((await daemon.stop()).code, 0);
  assert.ok(!daemon.stderr.join('\n').includes(PASSWORD));
});
