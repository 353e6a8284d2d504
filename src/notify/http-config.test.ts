import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Http, HttpRequest } from '../model/ports.ts';
import { httpConfigSecrets, withHttpConfig, type HttpConfig } from './http-config.ts';

async function sent(
  config: HttpConfig | undefined,
  request: Partial<HttpRequest> = {},
): Promise<HttpRequest> {
  const requests: HttpRequest[] = [];
  const http: Http = async (each) => {
    requests.push(each);
    return { status: 200, headers: {}, body: new Uint8Array() };
  };
  await withHttpConfig(http, config)({ url: 'http://a', timeoutMs: 1, ...request });
  const [first] = requests;
  assert.ok(first);
  return first;
}

const cases: [name: string, config: HttpConfig, headers: object][] = [
  ['nothing', {}, {}],
  [
    'basic_auth',
    { basic_auth: { username: 'jo', password: 'pä:ss' } },
    { authorization: 'Basic am86cMOkOnNz' },
  ],
  ['basic_auth without a password', { basic_auth: { username: 'jo' } }, { authorization: 'Basic am86' }],
  ['authorization', { authorization: { type: 'Genie', credentials: 'k' } }, { authorization: 'Genie k' }],
  ['authorization without credentials', { authorization: { type: 'Bearer' } }, {}],
  ['bearer_token', { bearer_token: 't' }, { authorization: 'Bearer t' }],
  [
    'http_headers',
    { http_headers: { 'X-Scope': { values: ['a', 'b'], secrets: ['c'] } } },
    { 'x-scope': 'a, b, c' },
  ],
];

for (const [name, config, headers] of cases)
  test(`http_config: ${name}`, async () => assert.deepEqual((await sent(config)).headers, headers));

test('a name and a password in the address say who asks, unless something else does', async () => {
  const url = 'http://j%C3%B6:p%40ss%@a/hook';
  const basic = { authorization: `Basic ${Buffer.from('jö:p@ss%').toString('base64')}` };
  assert.deepEqual((await sent(undefined, { url })).headers, basic);
  assert.deepEqual((await sent({}, { url })).headers, basic);
  assert.deepEqual((await sent({ bearer_token: 't' }, { url })).headers, { authorization: 'Bearer t' });
  assert.deepEqual((await sent(undefined)).headers, {});
});

test('headers of the request itself come first', async () => {
  const { headers } = await sent(
    { bearer_token: 't', http_headers: { 'Content-Type': { values: ['text/plain'], secrets: [] } } },
    { headers: { 'content-type': 'application/json', authorization: 'Bearer own' } },
  );
  assert.deepEqual(headers, { 'content-type': 'application/json', authorization: 'Bearer own' });
});

test('certificates are judged as tls_config says; without one as the request says', async () => {
  const tls_config = { ca: 'CA', cert: 'C', key: 'K', server_name: 'n', insecure_skip_verify: true };
  const { tls } = await sent({ tls_config });
  assert.deepEqual(tls, { ca: 'CA', cert: 'C', key: 'K', serverName: 'n', verify: false });
  assert.deepEqual((await sent({ tls_config: { insecure_skip_verify: false } })).tls, {});
  assert.deepEqual((await sent(undefined, { tls: { ca: 'own' } })).tls, { ca: 'own' });
});

test('its secrets are known, so that no answer shows them', () => {
  assert.deepEqual(
    httpConfigSecrets({
      basic_auth: { username: 'u', password: 'a' },
      authorization: { type: 'Bearer', credentials: 'b' },
      http_headers: { h: { values: ['seen'], secrets: ['c'] } },
    }),
    ['a', 'dTph', 'b', 'c'],
  );
  assert.deepEqual(httpConfigSecrets(), []);
  assert.deepEqual(httpConfigSecrets({ basic_auth: { username: 'u' } }), []);
});
