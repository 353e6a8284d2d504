import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testIncident } from '../../test/fakes/incident.ts';
import type { Http, HttpRequest } from '../model/ports.ts';
import { createHeartbeatNotifier } from './heartbeat-notifier.ts';

const url = 'https://switch.example/ping/s3cret';
const { signal } = new AbortController();

function answering(status: number): { http: Http; requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const http: Http = (request) => {
    requests.push(request);
    return Promise.resolve({
      status,
      headers: {},
      body: new TextEncoder().encode(`no ${url}, nothing at ${new URL(url).pathname}`),
    });
  };
  return { http, requests };
}

for (const method of ['GET', 'POST'] as const) {
  test(`a beat is one ${method} without a body`, async () => {
    const { http, requests } = answering(200);
    assert.deepEqual(
      await createHeartbeatNotifier({ ping_url: url, method }, http).notify(testIncident(), signal),
      {},
    );
    assert.deepEqual(
      requests.map((request) => [request.method, request.url, request.body]),
      [[method, url, undefined]],
    );
  });
}

test('a beat that fails is not to be repeated, and its address is a secret', async () => {
  for (const status of [404, 429, 503]) {
    const notifier = createHeartbeatNotifier({ ping_url: url, method: 'POST' }, answering(status).http);
    await assert.rejects(
      notifier.notify(testIncident(), signal),
      (error: Error & { retryable?: boolean }) => {
        assert.equal(error.retryable, false);
        assert.match(error.message, /^the dead-man's switch answered/);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      },
    );
  }
});

test('nor does a connection that fails name it', async () => {
  const http: Http = () => Promise.reject(new Error(`connect ECONNREFUSED ${url}`));
  const notifier = createHeartbeatNotifier({ ping_url: url, method: 'POST' }, http);
  await assert.rejects(notifier.notify(testIncident(), signal), { message: 'connect ECONNREFUSED ***' });
});
