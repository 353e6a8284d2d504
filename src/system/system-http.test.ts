import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { startLoopbackServer, type Answer } from '../../test/contract/loopback-server.ts';
import { endedInFlight } from '../../test/fakes/deadline.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { startHttpFake } from '../../test/fakes/http-fake.ts';
import { createHttp } from './system-http.ts';

const SOON = 10_000;

describe('http', () => {
  let client: ReturnType<typeof createHttp>;
  beforeEach(() => {
    client = createHttp();
  });
  afterEach(() => client.close());

  test('any status is an answer; headers are lower case, lists joined', async (t) => {
    const { url } = await startLoopbackServer(t, () => ({
      status: 503,
      headers: { 'Retry-After': '5', 'X-List': 'a, b' },
      text: 'later',
    }));
    const { status, headers, body } = await client.http({ url, timeoutMs: SOON });
    assert.deepEqual([status, headers['retry-after'], headers['x-list']], [503, '5', 'a, b']);
    assert.equal(Buffer.from(body).toString(), 'later');
  });

  test('method, headers and body arrive; an empty answer is empty', async (t) => {
    const seen: unknown[] = [];
    const fake = await startHttpFake(({ method, path, headers, body }) => {
      seen.push([method, path, headers['x-a'], body]);
      return { status: 204, body: undefined };
    });
    t.after(() => fake.close());
    for (const body of ['text ü', new TextEncoder().encode('bytes')]) {
      await client.http({
        url: `${fake.url}/p?q=1`,
        method: 'PUT',
        headers: { 'x-a': 'b' },
        body,
        timeoutMs: SOON,
      });
    }
    const { body } = await client.http({ url: fake.url, timeoutMs: SOON });
    assert.deepEqual(seen, [
      ['PUT', '/p?q=1', 'b', 'text ü'],
      ['PUT', '/p?q=1', 'b', 'bytes'],
      ['GET', '/', undefined, ''],
    ]);
    assert.equal(body.length, 0);
  });

  test('a redirect is an answer and not followed', async (t) => {
    const { url, received } = await startLoopbackServer(t, () => ({
      status: 302,
      headers: { location: '/elsewhere' },
    }));
    assert.equal((await client.http({ url, timeoutMs: SOON })).status, 302);
    assert.equal(received.length, 1);
  });

  const HANGS: readonly NonNullable<Answer['hang']>[] = ['at_once', 'in_the_body'];
  for (const hang of HANGS) {
    test(`no answer (${hang}) ends at the deadline of the request`, async (t) => {
      const { url } = await startLoopbackServer(t, () => ({ hang, text: 'half of this' }));
      const { reason, retryable, message } = await failureOf(client.http({ url, timeoutMs: 50 }));
      assert.deepEqual([reason, retryable], ['timeout', true]);
      assert.equal(message, `${url}: no answer in 50 ms`);
    });

    test(`no answer (${hang}) ends with the caller's signal`, async (t) => {
      const { url } = await startLoopbackServer(t, () => ({ hang, text: 'half of this' }));
      for (const [name, expected] of [
        ['TimeoutError', 'timeout'],
        ['AbortError', 'aborted'],
      ] as const) {
        const { http, signal } = endedInFlight(client.http, name);
        assert.equal((await failureOf(http({ url, timeoutMs: SOON, signal }))).reason, expected);
      }
    });
  }

  test('nothing is sent after the signal', async (t) => {
    const { url, received } = await startLoopbackServer(t, () => ({}));
    const failure = await failureOf(client.http({ url, timeoutMs: SOON, signal: AbortSignal.abort() }));
    assert.deepEqual([failure.reason, failure.retryable], ['aborted', false]);
    assert.equal(received.length, 0);
  });

  test('an answer may have as many bytes as allowed, not one more', async (t) => {
    const { url } = await startLoopbackServer(t, () => ({ text: 'x'.repeat(1000) }));
    assert.equal((await client.http({ url, timeoutMs: SOON, maxBytes: 1000 })).body.length, 1000);
    const { reason, retryable } = await failureOf(client.http({ url, timeoutMs: SOON, maxBytes: 999 }));
    assert.deepEqual([reason, retryable], ['too_large', false]);
  });

  test('a reset and a closed port are network failures; the next request goes through', async (t) => {
    const fake = await startHttpFake(() => ({ status: 200, body: {} }));
    t.after(() => fake.close());
    fake.fail({ kind: 'reset' });
    const { reason, retryable } = await failureOf(client.http({ url: fake.url, timeoutMs: SOON }));
    assert.deepEqual([reason, retryable], ['network', true]);
    assert.equal((await client.http({ url: fake.url, timeoutMs: SOON })).status, 200);
    assert.equal(
      (await failureOf(client.http({ url: 'http://127.0.0.1:1', timeoutMs: SOON }))).reason,
      'network',
    );
  });

  test('an error names the host, never path, query or password', async () => {
    for (const url of ['http://user:s3cr3t@127.0.0.1:1/s3cr3t?token=s3cr3t', 'no url s3cr3t']) {
      const { message } = await failureOf(client.http({ url, timeoutMs: SOON }));
      assert.ok(!message.includes('s3cr3t'), message);
    }
  });
});
