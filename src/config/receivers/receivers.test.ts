import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { Failure } from '../../model/failure.ts';
import { listedSecrets } from '../listed-secrets.ts';
import { loadConfig } from '../load-config.ts';
import { maskSecrets } from '../mask.ts';
import { toFileForm, type Config } from '../schema.ts';

function load(text: string): Config {
  return loadConfig('/etc/octowatch/octowatch.yml', text, {
    env: {},
    readFile: (path) => `S3CRET of ${path.split('/').at(-1)}\n`,
  });
}

/** As an Alertmanager has it, and what octowatch adds. */
const WHOLE = `
global:
  smtp_smarthost: smtp.example.com:587
  smtp_from: octowatch@example.com
  smtp_auth_username: octowatch
  smtp_auth_password_file: mail
  pagerduty_url: https://events.eu.pagerduty.com/v2/enqueue
route: { receiver: all }
receivers:
  - name: all
    pagerduty_configs:
      - routing_key_file: pagerduty
        send_resolved: true
        client: '{{ template "pagerduty.default.client" . }}'
        client_url: '{{ template "pagerduty.default.clientURL" . }}'
        description: '{{ template "pagerduty.default.description" . }}'
        severity: '{{ .CommonLabels.severity }}'
        class: '{{ .CommonLabels.alertname }}'
        component: octopus
        group: '{{ .GroupLabels.tenant }}'
        source: '{{ .GroupLabels.tenant }}'
        details: { firing: '{{ .Alerts.Firing | len }}' }
        images: [{ src: 'https://graphs.example/1.png', alt: queue, href: 'https://graphs.example' }]
        links: [{ href: 'https://wiki.example', text: Wiki }]
        timeout: 5s
        region: eu
        rest_token_file: rest
        from: oncall@example.com
    webhook_configs:
      - url_file: hook
        max_alerts: 50
        timeout: 0s
        signing_key_file: signing
        wakes: true
        http_config: { authorization: { credentials_file: credentials } }
    email_configs:
      - to: 'oncall@example.com, {{ .CommonLabels.team }}@example.com'
        html: '{{ template "email.default.html" . }}'
        text: ''
        headers: { subject: '{{ .CommonLabels.alertname }}', Reply-To: team@example.com }
        tls_config: { insecure_skip_verify: true }
      - { to: a@b.example, smarthost: '[::1]:25', require_tls: false, hello: agent, auth_secret: S3CRET-CRAM }
    alertmanager_configs:
      - urls: ['http://alertmanager-0:9093/', 'http://alertmanager-1:9093']
`;

test('receivers load with what Alertmanager has of them', () => {
  const config = load(WHOLE.replace('url_file: hook', 'url: https://hooks.example/services/S3CRET/'));
  const [receiver] = config.receivers;
  const [pagerduty] = receiver?.pagerduty_configs ?? [];
  assert.equal(pagerduty?.url, 'https://events.eu.pagerduty.com/v2/enqueue');
  assert.deepEqual([pagerduty.routing_key, pagerduty.rest_token], ['S3CRET of pagerduty', 'S3CRET of rest']);
  assert.equal(pagerduty.timeout, 5000);
  const [webhook] = receiver?.webhook_configs ?? [];
  assert.deepEqual(
    [webhook?.signing_key, webhook?.max_alerts, webhook?.wakes],
    ['S3CRET of signing', 50, true],
  );
  assert.equal(webhook?.url, 'https://hooks.example/services/S3CRET/', 'with the slash at its end');
  const [mail, other] = receiver?.email_configs ?? [];
  assert.deepEqual(
    [mail?.smarthost, mail?.from, mail?.hello, mail?.require_tls, mail?.auth_password],
    ['smtp.example.com:587', 'octowatch@example.com', 'localhost', true, 'S3CRET of mail'],
  );
  assert.deepEqual([other?.smarthost, other?.require_tls, other?.hello], ['[::1]:25', false, 'agent']);
  assert.deepEqual([other?.auth_password, other?.auth_secret], [undefined, 'S3CRET-CRAM']);
  assert.deepEqual(receiver?.alertmanager_configs[0]?.urls, [
    'http://alertmanager-0:9093',
    'http://alertmanager-1:9093',
  ]);
  assert.deepEqual(load(stringify(toFileForm(config))), config);
});

test('no secret of a receiver is shown, and each is looked for in what is stored', () => {
  const config = load(WHOLE.replace('url_file: hook', 'url: https://hooks.example/services/S3CRET'));
  const shown = JSON.stringify(maskSecrets(config));
  assert.doesNotMatch(shown, /S3CRET/);
  assert.match(shown, /Reply-To":"team@example.com/);
  const { words } = listedSecrets(config);
  for (const file of ['pagerduty', 'rest', 'signing', 'credentials', 'mail'])
    assert.ok(words.includes(`S3CRET of ${file}`), file);
});

const refused: readonly (readonly [what: string, receiver: string, message: RegExp])[] = [
  [
    'Events API v1',
    'pagerduty_configs: [{ service_key: a }]',
    /service_key is not supported: it is of the Events API v1: add an Events API v2/,
  ],
  ['no key', 'pagerduty_configs: [{}]', /routing_key is missing/],
  [
    'a severity that PagerDuty has not',
    'pagerduty_configs: [{ routing_key: a, severity: page }]',
    /one of critical, error, warning, info, or a template/,
  ],
  [
    'REST in nobody’s name',
    'pagerduty_configs: [{ routing_key: a, rest_token: b }]',
    /rest_token needs from/,
  ],
  ['a webhook without an address', 'webhook_configs: [{}]', /not an http or https URL/],
  [
    'a payload of one’s own',
    'webhook_configs: [{ url: "http://a", payload: {} }]',
    /payload is not supported: its form is that of Alertmanager/,
  ],
  ['mail to nobody', 'email_configs: [{ from: a@b, smarthost: "a:25" }]', /to is missing/],
  ['mail by no server', 'email_configs: [{ to: a@b, from: a@b }]', /smarthost is missing/],
  [
    'a mail server without a port',
    'email_configs: [{ to: a@b, from: a@b, smarthost: mail }]',
    /write host:port/,
  ],
  [
    'a header of ours',
    'email_configs: [{ to: a, from: a, smarthost: "a:25", headers: { message-id: b } }]',
    /octowatch itself sets Message-ID/,
  ],
  [
    'a hidden address',
    'email_configs: [{ to: a, from: a, smarthost: "a:25", headers: { BCC: b } }]',
    /sends no Bcc/,
  ],
  [
    'a header twice',
    'email_configs: [{ to: a, from: a, smarthost: "a:25", headers: { X-A: b, x-a: c } }]',
    /a header is there twice/,
  ],
  [
    'what is no header',
    'email_configs: [{ to: a, from: a, smarthost: "a:25", headers: { "a b": c } }]',
    /not the name of a header/,
  ],
  [
    'threading',
    'email_configs: [{ to: a, from: a, smarthost: "a:25", threading: { enabled: true } }]',
    /threading is not supported: the mails of an incident are one thread/,
  ],
  ['no Alertmanager', 'alertmanager_configs: [{ urls: [] }]', /name at least one Alertmanager/],
];
for (const [what, receiver, message] of refused) {
  test(`refused with its place: ${what}`, () => {
    const text = `route: { receiver: a }\nreceivers:\n  - name: a\n    ${receiver}\n`;
    assert.throws(
      () => load(text),
      (error) =>
        error instanceof Failure &&
        /octowatch\.yml:4:\d+: /.test(error.message) &&
        message.test(error.message),
    );
  });
}
