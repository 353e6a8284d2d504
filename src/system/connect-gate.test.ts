import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import test from 'node:test';
import { createConnectGate } from './connect-gate.ts';

test('no more than 64 connections are made at a time, and who waited too long is told', async (t) => {
  let now = 0;
  const server = createServer((socket) => void socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const connector = createConnectGate(() => now)({});
  const options = { hostname: '127.0.0.1', host: '127.0.0.1', port: String(port), protocol: 'http:' };

  function connect(): Promise<string> {
    return new Promise((resolve) => {
      connector(options, (error, socket) => {
        socket?.destroy();
        resolve(error?.message ?? 'connected');
      });
    });
  }

  const outcomes = Array.from({ length: 200 }, connect);
  now = 6000;
  const ended = await Promise.all(outcomes);
  const late = ended.filter((outcome) => outcome === 'too many connections were being made');
  assert.equal(late.length, 136);
  assert.equal(ended.filter((outcome) => outcome === 'connected').length, 64);
  assert.equal(await connect(), 'connected', 'places are given back');
});
