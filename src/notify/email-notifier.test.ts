import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { makeCertificates, type Certificates } from '../../test/fakes/certificates.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { INCIDENT_START, testIncident } from '../../test/fakes/incident.ts';
import { notifyDependencies } from '../../test/fakes/notify-dependencies.ts';
import type { SmtpRules } from '../../test/fakes/smtp-session.ts';
import { startFakeSmtp, type FakeSmtp, type SmtpFault } from '../../test/fakes/smtp.ts';
import { Failure, type FailureReason } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import { NO_METRICS, type SelfMetrics } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import type { Render } from './dependencies.ts';
import { createEmailMessenger, createEmailNotifier, type EmailOptions } from './email-notifier.ts';

const USER = { name: 'octowatch@example.com', password: 'mail-pa55word' };
const OPTIONS = {
  to: 'oncall@example.com',
  from: 'octowatch@example.com',
  hello: 'agent.example.com',
  require_tls: false,
  headers: {},
};

describe('the e-mail notifier', () => {
  let certificates: Certificates & { readonly directory: string };
  const servers: FakeSmtp[] = [];
  const counted: Readonly<Record<string, string>>[] = [];
  const never = new AbortController().signal;
  const clock = new VirtualClock(INCIDENT_START);

  before(() => {
    certificates = makeCertificates('smtp');
  });
  after(() => rmSync(certificates.directory, { recursive: true }));
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    counted.length = 0;
  });

  async function start(rules: SmtpRules = {}): Promise<FakeSmtp> {
    const server = await startFakeSmtp(rules);
    servers.push(server);
    return server;
  }

  /** What a lane does with a receipt: it comes back with the next notification. */
  async function send(
    incident: Incident,
    over: Partial<EmailOptions> & { smarthost: string },
    { render, signal = never }: { render?: Render; signal?: AbortSignal } = {},
  ): Promise<Incident> {
    const metrics: SelfMetrics = { ...NO_METRICS, increment: (_, labels = {}) => void counted.push(labels) };
    const notifier = createEmailNotifier(
      { ...OPTIONS, ...over },
      notifyDependencies({ clock, metrics, ...(render === undefined ? {} : { render }) }),
    );
    const { ref } = await notifier.notify(incident, signal);
    return { ...incident, ...(ref === undefined ? {} : { receipt: ref }) };
  }

  test('a mail has the page line as its subject, text and HTML, and asks for no answer', async () => {
    const { smarthost, mails } = await start();
    await send(testIncident({ summary: 'mäkelä: queue stuck 12m' }), { smarthost });
    const [mail] = mails;
    assert.deepEqual([mail?.from, mail?.to], ['octowatch@example.com', ['oncall@example.com']]);
    assert.equal(mail?.headers['subject'], 'mäkelä: queue stuck 12m');
    assert.equal(mail.headers['auto-submitted'], 'auto-generated');
    assert.equal(mail.headers['date'], 'Sat, 21 Nov 2026 02:53:00 +0000');
    assert.match(
      mail.parts['text/plain'] ?? '',
      /^mäkelä: queue stuck 12m\n\nDo first {2}Restart the stuck node\n/,
    );
    assert.match(mail.parts['text/html'] ?? '', /<h1[^>]*>mäkelä: queue stuck 12m<\/h1>/);
  });

  test('the mails of an incident are one thread; one that is sent again is the same', async () => {
    const { smarthost, mails } = await start();
    const first = await send(testIncident({ sequence: 'k-1' }), { smarthost });
    const second = await send({ ...first, sequence: 'k-2' }, { smarthost });
    await send({ ...first, sequence: 'k-2' }, { smarthost });
    const over = await send({ ...second, sequence: 'k-3', status: 'resolved' }, { smarthost });
    await send({ ...over, sequence: 'k-4', status: 'firing' }, { smarthost });
    const ids = mails.map(({ headers }) => [
      headers['message-id'],
      headers['in-reply-to'],
      headers['references'],
    ]);
    const id = (n: number): string => `<k-${n}@example.com>`;
    assert.deepEqual(ids, [
      [id(1), undefined, undefined],
      [id(2), id(1), id(1)],
      [id(2), id(1), id(1)],
      [id(3), id(2), `${id(1)} ${id(2)}`],
      [id(4), undefined, undefined],
    ]);
    assert.equal(mails[3]?.headers['subject'], 'Resolved: acme: queue stuck 12m, 43 waiting');
  });

  const LOGINS: readonly (readonly [string, SmtpRules, Partial<EmailOptions>, string])[] = [
    ['PLAIN', {}, { auth_password: USER.password }, `PLAIN:${USER.name}`],
    ['LOGIN', { mechanisms: ['LOGIN'] }, { auth_password: USER.password }, `LOGIN:${USER.name}`],
    ['CRAM-MD5', {}, { auth_secret: USER.password }, `CRAM-MD5:${USER.name}`],
    ['as another', {}, { auth_password: USER.password, auth_identity: 'ops' }, `PLAIN:${USER.name} as ops`],
  ];
  for (const [what, rules, over, expected] of LOGINS) {
    test(`logs in over STARTTLS: ${what}`, async () => {
      const { smarthost, mails } = await start({ certificate: certificates, user: USER, ...rules });
      const tls_config = { ca: certificates.authority.cert, insecure_skip_verify: false };
      const options = { smarthost, require_tls: true, tls_config, auth_username: USER.name };
      await send(testIncident(), { ...options, ...over });
      assert.deepEqual([mails[0]?.isEncrypted, mails[0]?.login], [true, expected]);
    });
  }

  test('speaks TLS from the first byte where it is said to', async () => {
    const { smarthost, mails } = await start({ certificate: certificates, isImplicitTls: true });
    const tls_config = { ca: certificates.authority.cert, insecure_skip_verify: false };
    await send(testIncident(), { smarthost, force_implicit_tls: true, tls_config });
    assert.equal(mails[0]?.isEncrypted, true);
  });

  type Refused = readonly [
    string,
    SmtpRules,
    SmtpFault | undefined,
    Partial<EmailOptions>,
    FailureReason,
    boolean,
    RegExp,
  ];
  const TLS = { require_tls: true };
  const LOGIN = { auth_username: USER.name, auth_password: 'wr0ng-secret' };
  const REFUSED: readonly Refused[] = [
    [
      'greylisted',
      {},
      { at: 'rcpt', reply: '450 4.7.1 greylisted' },
      {},
      'server_error',
      true,
      /answered to RCPT TO: 450 4\.7\.1 greylisted \(tried again/,
    ],
    [
      'busy',
      {},
      { at: 'connect', reply: '421 4.3.2 too busy' },
      {},
      'server_error',
      true,
      /421 4\.3\.2 too busy/,
    ],
    ['out of room', {}, { at: 'message', reply: '452 4.3.1 no room' }, {}, 'server_error', true, /452/],
    [
      'an unknown address',
      { unknown: ['oncall@example.com'] },
      undefined,
      {},
      'rejected',
      false,
      /check to\)/,
    ],
    [
      'a sender it does not take',
      {},
      { at: 'mail', reply: '553 5.7.1 not yours' },
      {},
      'rejected',
      false,
      /check from/,
    ],
    [
      'a mail it does not take',
      {},
      { at: 'message', reply: '554 5.7.1 spam' },
      {},
      'rejected',
      false,
      /does not take/,
    ],
    ['a mail too long', { maxBytes: 500 }, undefined, {}, 'too_large', false, /as long as this one/],
    ['a wrong password', { user: USER }, undefined, LOGIN, 'unauthorized', false, /check auth_username/],
    [
      'a login that fails for now',
      { user: USER },
      { at: 'auth', reply: '454 4.7.0 later' },
      LOGIN,
      'server_error',
      true,
      /454/,
    ],
    ['nobody logged in', { user: USER }, undefined, {}, 'unauthorized', false, /530/],
    ['no TLS', {}, undefined, TLS, 'network', true, /check require_tls and tls_config/],
    ['a reset before', {}, { at: 'mail', kind: 'reset' }, {}, 'network', true, /check smarthost/],
    [
      'a reset after it was taken',
      {},
      { at: 'message', kind: 'reset' },
      {},
      'network',
      true,
      /check smarthost/,
    ],
    [
      'nobody there',
      {},
      undefined,
      { smarthost: '127.0.0.1:1' },
      'network',
      true,
      /127\.0\.0\.1:1: .*ECONNREFUSED/,
    ],
    ['no address', {}, undefined, { to: '{{ .CommonLabels.mail }}' }, 'invalid', false, /to has no address/],
    ['no addresses', {}, undefined, { to: ',' }, 'invalid', false, /check from and to/],
  ];
  for (const [what, rules, fault, over, reason, isRetryable, said] of REFUSED) {
    test(`${what} is ${reason}, ${isRetryable ? 'tried again' : 'final'}`, async () => {
      const server = await start(rules);
      if (fault !== undefined) server.fail(fault);
      const failure = await failureOf(send(testIncident(), { smarthost: server.smarthost, ...over }));
      assert.deepEqual([failure.reason, failure.retryable], [reason, isRetryable], failure.message);
      assert.match(failure.message, said);
      assert.ok(!failure.message.includes('\n'));
    });
  }

  test('a certificate that is not to be trusted gets no mail and no password', async () => {
    const { smarthost, mails } = await start({ certificate: certificates, user: USER });
    const options = { auth_username: USER.name, auth_password: USER.password };
    const failure = await failureOf(send(testIncident(), { smarthost, require_tls: true, ...options }));
    assert.equal(failure.reason, 'network');
    assert.deepEqual(mails, []);
    const tls_config = { insecure_skip_verify: true };
    await send(testIncident(), { smarthost, require_tls: true, tls_config, ...options });
    assert.equal(mails.length, 1);
  });

  test('a lost answer: the mail comes again under the same id', async () => {
    const server = await start();
    server.fail({ at: 'message', kind: 'reset' });
    await failureOf(send(testIncident(), { smarthost: server.smarthost }));
    await send(testIncident(), { smarthost: server.smarthost });
    const [first, second] = server.mails.map(({ headers }) => headers['message-id']);
    assert.equal(first, second);
  });

  test('no answer ends with the caller: at the deadline it is tried again, at the end of the agent not', async () => {
    for (const [name, reason] of [
      ['TimeoutError', 'timeout'],
      ['AbortError', 'aborted'],
    ] as const) {
      const server = await start();
      server.fail({ at: 'ehlo', kind: 'hang' });
      const controller = new AbortController();
      const failure = failureOf(
        send(testIncident(), { smarthost: server.smarthost }, { signal: controller.signal }),
      );
      setImmediate(() => controller.abort(new DOMException('ended by the test', name)));
      assert.equal((await failure).reason, reason);
    }
  });

  test('one of several addresses that is refused is counted; the others have the mail', async () => {
    const { smarthost, mails } = await start({ unknown: ['gone@example.com'] });
    await send(testIncident(), { smarthost, to: 'gone@example.com, "On call" <oncall@example.com>' });
    assert.deepEqual(mails[0]?.to, ['oncall@example.com']);
    assert.deepEqual(counted, [{ kind: 'email', reason: 'rejected' }]);
  });

  test('headers and parts are as configured, and none can be smuggled in', async () => {
    const { smarthost, mails } = await start();
    const render: Render = (template, { summary }, as) => {
      if (template.includes('broken')) throw new Failure('invalid', 'unclosed action');
      return template.replace('{{ .Summary }}', as === 'html' ? 'ESCAPED' : summary);
    };
    await send(
      testIncident({ summary: 'a\r\nBcc: evil@example.com' }),
      {
        smarthost,
        headers: { Subject: '[prod] {{ .Summary }}', 'Reply-To': 'team@example.com', 'X-Team': '{{ broken' },
        html: '<b>{{ .Summary }}</b>',
        text: 'text: {{ .Summary }}',
      },
      { render },
    );
    const [mail] = mails;
    assert.equal(mail?.headers['subject'], '[prod] a Bcc: evil@example.com');
    assert.equal(mail.headers['reply-to'], 'team@example.com');
    assert.deepEqual(
      [mail.headers['bcc'], mail.headers['x-team'], mail.to],
      [undefined, undefined, ['oncall@example.com']],
    );
    assert.equal(mail.parts['text/html']?.trim(), '<b>ESCAPED</b>');
    assert.match(mail.parts['text/plain'] ?? '', /^text: a/);
    assert.deepEqual(counted, [{ kind: 'email', reason: 'invalid' }]);
  });

  test('a template that cannot be filled gives way to our words, which say so', async () => {
    const { smarthost, mails } = await start();
    const render: Render = () => {
      throw new Failure('invalid', 'unclosed action');
    };
    await send(testIncident(), { smarthost, headers: { subject: '{{ a' }, html: '{{ b' }, { render });
    const [mail] = mails;
    assert.equal(mail?.headers['subject'], 'acme: queue stuck 12m, 43 waiting');
    for (const type of ['text/plain', 'text/html'])
      assert.match(
        (mail.parts[type] ?? '').replace(/\s+/g, ' '),
        /the template of headers\.subject, html cannot be filled \(the log says why\)/,
      );
    assert.equal(counted.length, 2);
  });

  test('a minute has 30 mails at most, 20 of them ends', async () => {
    const { smarthost, mails } = await start();
    const sender = createEmailNotifier({ ...OPTIONS, smarthost }, notifyDependencies({ clock }));
    const mail = (status: Incident['status']): Promise<unknown> =>
      sender.notify(testIncident({ status }), never);
    for (let n = 0; n < 20; n++) await mail('resolved');
    const refused = await failureOf(mail('resolved'));
    assert.deepEqual([refused.reason, refused.retryable, refused.retryAfterMs], ['budget', true, 60_000]);
    for (let n = 0; n < 10; n++) await mail('firing');
    assert.equal((await failureOf(mail('firing'))).reason, 'budget');
    assert.equal(mails.length, 30);
  });

  test('an empty template of html leaves that part out', async () => {
    const { smarthost, mails } = await start();
    await send(testIncident(), { smarthost, html: '' });
    assert.deepEqual(Object.keys(mails[0]?.parts ?? {}), ['text/plain']);
  });

  test('the password is in no error, in none of its forms', async () => {
    const plain = Buffer.from(`\0${USER.name}\0${USER.password}`).toString('base64');
    const server = await start({ user: USER });
    server.fail({ at: 'auth', reply: `535 5.7.8 no: AUTH PLAIN ${plain} ${USER.password}` });
    const options = { auth_username: USER.name, auth_password: USER.password };
    const failure = await failureOf(send(testIncident(), { smarthost: server.smarthost, ...options }));
    const shown = inspect(failure, { depth: 9, showHidden: true });
    assert.ok(!shown.includes(USER.password) && !shown.includes(plain), shown);
  });

  test('another message is sent as it is, but not to a template', async () => {
    const { smarthost, mails } = await start();
    const report = { id: 'report-2026-W47', since: 0, subject: '3 pages', text: 'three', html: '<p>3</p>' };
    const message = { ...report, blocks: [], json: {} };
    await createEmailMessenger({ ...OPTIONS, smarthost }, notifyDependencies({ clock })).send(message, never);
    assert.equal(mails[0]?.headers['message-id'], '<report-2026-W47@example.com>');
    assert.equal(mails[0]?.parts['text/html']?.trim(), '<p>3</p>');
    const templated = createEmailMessenger({ ...OPTIONS, smarthost, to: '{{ . }}' }, notifyDependencies());
    assert.equal((await failureOf(templated.send(message, never))).reason, 'invalid');
  });
});
