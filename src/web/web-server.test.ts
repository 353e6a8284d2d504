import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { listen, splitAddress } from './web-server.ts';

test('port 0 is any free one, and the URL names it', async (t) => {
  const app = new Hono().get('/', (context) => context.text('here'));
  const server = await listen(app, '127.0.0.1:0');
  t.after(() => server.close());
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  assert.equal(await (await fetch(server.url)).text(), 'here');
});

test('an address that is taken is refused with what to do', async (t) => {
  const first = await listen(new Hono(), '127.0.0.1:0');
  t.after(() => first.close());
  const { host } = new URL(first.url);
  await assert.rejects(listen(new Hono(), host), {
    reason: 'invalid',
    message: new RegExp(`^web\\.listen ${host}: .*EADDRINUSE.*choose another port`),
  });
});

test('an address of another machine is refused', async () => {
  await assert.rejects(listen(new Hono(), '192.0.2.1:0'), { reason: 'invalid', message: /EADDRNOTAVAIL/ });
});

test('closing does not wait for who holds a connection open', async () => {
  const server = await listen(
    new Hono().get('/', () => new Promise<Response>(() => {})),
    '127.0.0.1:0',
  );
  const asked = fetch(server.url).then(
    () => 'answered',
    () => 'cut',
  );
  await fetch(`${server.url}/none`);
  await server.close();
  assert.equal(await asked, 'cut');
});

const addresses: readonly [string, string, number][] = [
  ['127.0.0.1:9464', '127.0.0.1', 9464],
  ['localhost:0', 'localhost', 0],
  ['[::1]:80', '::1', 80],
];
for (const [address, host, port] of addresses)
  test(`the parts of ${address}`, () => assert.deepEqual(splitAddress(address), { host, port }));
