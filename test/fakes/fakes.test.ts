import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { HttpResponse } from '../../src/model/ports.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { failureOf } from './failure-of.ts';
import { startFakePagerDuty } from './pagerduty.ts';
import { startFakeSlack } from './slack.ts';
import { startFakeSmtp } from './smtp.ts';
import { startFakeWebhook } from './webhook.ts';

const KEY = 'R'.repeat(32);
const PAYLOAD = { summary: 's', source: 'acme', severity: 'critical' };
const EVENT = { routing_key: KEY, event_action: 'trigger', dedup_key: 'k', payload: PAYLOAD };

let client: ReturnType<typeof createHttp>;
beforeEach(() => {
  client = createHttp();
});
afterEach(() => client.close());

function post(url: string, body: string, headers: Record<string, string> = {}): Promise<HttpResponse> {
  return client.http({ url, method: 'POST', body, headers, timeoutMs: 10_000 });
}

function jsonOf({ body }: HttpResponse): Record<string, unknown> {
  return JSON.parse(Buffer.from(body).toString());
}

describe('the fake PagerDuty', () => {
  const REFUSED: readonly (readonly [string, object, RegExp])[] = [
    ['a routing key of 31 characters', { ...EVENT, routing_key: KEY.slice(1) }, /routing_key/],
    ['an unknown action', { ...EVENT, event_action: 'page' }, /event_action/],
    ['a dedup_key of 256 characters', { ...EVENT, dedup_key: 'k'.repeat(256) }, /dedup_key/],
    ['a resolve without a key', { routing_key: KEY, event_action: 'resolve' }, /dedup_key/],
    ['no payload', { ...EVENT, payload: undefined }, /summary/],
    ['a long summary', { ...EVENT, payload: { ...PAYLOAD, summary: 's'.repeat(1025) } }, /summary/],
    ['no source', { ...EVENT, payload: { ...PAYLOAD, source: '' } }, /source/],
    ['an unknown severity', { ...EVENT, payload: { ...PAYLOAD, severity: 'page' } }, /severity/],
    ['an image over http', { ...EVENT, images: [{ src: 'http://x.example/1.png' }] }, /images\.src/],
    ['a link that is none', { ...EVENT, links: [{ href: 'nowhere' }] }, /links\.href/],
    ['over 512 kB', { ...EVENT, details: 'x'.repeat(512_000) }, /512 kB/],
  ];
  for (const [what, event, said] of REFUSED) {
    test(`refuses ${what}`, async (t) => {
      const fake = await startFakePagerDuty();
      t.after(() => fake.close());
      const answer = await post(`${fake.url}/v2/enqueue`, JSON.stringify(event));
      assert.equal(answer.status, 400);
      assert.match(JSON.stringify(jsonOf(answer)), said);
      assert.deepEqual(fake.events, []);
    });
  }

  test('faults come in their order, those of a path to that path', async (t) => {
    const fake = await startFakePagerDuty();
    t.after(() => fake.close());
    fake.fail(
      { kind: 'status', status: 429, path: '/v2/enqueue', retryAfterSeconds: 3 },
      { kind: 'reset-after-accepting' },
    );
    const send = (): Promise<HttpResponse> => post(`${fake.url}/v2/enqueue`, JSON.stringify(EVENT));
    assert.equal((await send()).headers['retry-after'], '3');
    assert.equal(fake.events.length, 0);
    assert.equal((await failureOf(send())).reason, 'network');
    assert.equal(fake.events.length, 1);
    assert.equal((await send()).status, 202);
    assert.deepEqual([...fake.incidents()], [['k', 'triggered']]);
  });

  test('a trigger for an open incident wakes nobody again and changes no title; one after its end does', async (t) => {
    const fake = await startFakePagerDuty();
    t.after(() => fake.close());
    const send = (action: string, summary = 's'): Promise<HttpResponse> =>
      post(
        `${fake.url}/v2/enqueue`,
        JSON.stringify({ ...EVENT, event_action: action, payload: { ...PAYLOAD, summary } }),
      );
    await send('acknowledge');
    assert.deepEqual(fake.history, []);
    for (const action of ['trigger', 'acknowledge']) await send(action, 'first');
    await send('trigger', 'second');
    assert.deepEqual(
      fake.history.map(({ title, status, wakes }) => [title, status, wakes]),
      [['first', 'acknowledged', 1]],
    );
    await send('resolve');
    await send('trigger', 'third');
    assert.deepEqual(
      fake.history.map(({ title, status }) => [title, status]),
      [
        ['first', 'resolved'],
        ['third', 'triggered'],
      ],
    );
  });

  const accept = 'application/vnd.pagerduty+json;version=2';
  const CALLS: readonly (readonly [string, Record<string, string>, number])[] = [
    ['without a token', { accept }, 401],
    ['without its version', { authorization: 'TOKEN' }, 400],
    ['in nobody’s name', { accept, authorization: 'TOKEN' }, 400],
    [
      'about an incident that is not there',
      { accept, authorization: 'TOKEN', from: 'oncall@example.com' },
      404,
    ],
  ];
  for (const [what, headers, status] of CALLS) {
    test(`REST refuses a change ${what}`, async (t) => {
      const fake = await startFakePagerDuty();
      t.after(() => fake.close());
      const authorization = (headers['authorization'] ?? '').replace(
        'TOKEN',
        `Token token=${fake.restToken}`,
      );
      const answer = await post(`${fake.url}/incidents/Q9/notes`, '{}', { ...headers, authorization });
      assert.equal(answer.status, status);
    });
  }
});

describe('the fake Slack', () => {
  const block = (type: string, length: number): object => ({
    type,
    text: { type: 'mrkdwn', text: 'x'.repeat(length) },
  });
  const REFUSED: readonly (readonly [string, object, string])[] = [
    ['51 blocks', { blocks: Array.from({ length: 51 }, () => block('section', 1)) }, 'invalid_blocks'],
    ['a section of 3,001 characters', { blocks: [block('section', 3001)] }, 'invalid_blocks'],
    [
      'one inside an attachment too',
      { attachments: [{ blocks: [block('section', 3001)] }] },
      'invalid_blocks',
    ],
    ['an empty section', { blocks: [block('section', 0)] }, 'invalid_blocks'],
    ['an unknown block', { blocks: [block('paragraph', 1)] }, 'invalid_blocks'],
    [
      'a context of 11 elements',
      {
        blocks: [
          { type: 'context', elements: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'x' })) },
        ],
      },
      'invalid_blocks',
    ],
    ['nothing to say', {}, 'no_text'],
    ['40,001 characters', { text: 'x'.repeat(40_001) }, 'msg_too_long'],
    [
      'large metadata',
      { text: 'x', metadata: { event_type: 'x', event_payload: { x: 'x'.repeat(8000) } } },
      'metadata_too_large',
    ],
    ['a channel that is none', { channel: 'nowhere', text: 'x' }, 'channel_not_found'],
  ];
  for (const [what, message, error] of REFUSED) {
    test(`refuses ${what}, as JSON and as a form`, async (t) => {
      const fake = await startFakeSlack();
      t.after(() => fake.close());
      const authorization = `Bearer ${fake.token}`;
      const fields: Record<string, unknown> = { channel: 'C1', ...message };
      const form = new URLSearchParams(
        Object.entries(fields).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ).toString();
      for (const [type, body] of [
        ['application/json', JSON.stringify(fields)],
        ['application/x-www-form-urlencoded', form],
      ] as const) {
        const answer = await post(`${fake.url}chat.postMessage`, body, {
          authorization,
          'content-type': type,
        });
        assert.deepEqual([answer.status, jsonOf(answer)], [200, { ok: false, error }]);
      }
      assert.deepEqual(fake.messages, []);
    });
  }

  test('knows one token', async (t) => {
    const fake = await startFakeSlack();
    t.after(() => fake.close());
    const auth = async (authorization: string): Promise<unknown> =>
      jsonOf(await post(`${fake.url}auth.test`, '', { authorization }))['ok'];
    assert.deepEqual([await auth('Bearer xoxb-other'), await auth(`Bearer ${fake.token}`)], [false, true]);
  });
});

test('the fake webhook refuses a delivery without a key', async (t) => {
  const fake = await startFakeWebhook();
  t.after(() => fake.close());
  const json = { 'content-type': 'application/json' };
  assert.equal((await post(fake.url, '{}', json)).status, 400);
  for (const key of ['a', 'a', 'b'])
    assert.equal((await post(fake.url, '{}', { ...json, 'idempotency-key': key })).status, 200);
  assert.deepEqual([fake.deliveries.length, fake.distinct().length], [3, 2]);
});

describe('the fake mail server', () => {
  const HELLO = ['EHLO me', 'MAIL FROM:<a@example.com>', 'RCPT TO:<b@example.com>', 'DATA'];
  const DIALOGUES: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a line that ends with LF alone', ['EHLO me\n'], /^500 5\.5\.2/],
    ['a command of 513 characters', [`EHLO ${'x'.repeat(506)}`], /^500 5\.5\.2 line too long/],
    ['a recipient before a sender', ['EHLO me', 'RCPT TO:<b@example.com>'], /^503 5\.5\.1 MAIL first/],
    ['a line of 1,001 characters', [...HELLO, 'x'.repeat(999), '.'], /^500 5\.6\.0/],
    ['8 bits that it did not offer', [...HELLO, 'Subject: ü', '', '.'], /^554 5\.6\.3/],
    ['a mail over its SIZE', ['EHLO me', 'MAIL FROM:<a@example.com> SIZE=20000000'], /^552 5\.3\.4/],
    ['STARTTLS without a certificate', ['EHLO me', 'STARTTLS'], /^502/],
  ];
  for (const [what, lines, said] of DIALOGUES) {
    test(`refuses ${what}`, async (t) => {
      const fake = await startFakeSmtp();
      t.after(() => fake.close());
      assert.match((await lastReply(fake.smarthost, lines)) ?? '', said);
      assert.deepEqual(fake.mails, []);
    });
  }
});

/** What a mail server says last to these lines, each sent when the one before was answered. */
async function lastReply(smarthost: string, lines: readonly string[]): Promise<string | undefined> {
  const [host = '', port] = smarthost.split(':');
  const socket = connect(Number(port), host);
  let last: string | undefined;
  const waiting = [...lines];
  for await (const line of createInterface(socket)) {
    if (/^\d{3}-/.test(line)) continue;
    last = line;
    if (waiting.length === 0) break;
    const inData = line.startsWith('354');
    const next = inData ? waiting.splice(0) : waiting.splice(0, 1);
    for (const each of next) socket.write(each.endsWith('\n') ? each : `${each}\r\n`);
  }
  socket.destroy();
  return last;
}
