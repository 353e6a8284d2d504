import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import type { buildConnector } from 'undici';
import { createConnectGate } from './connect-gate.ts';

type Connector = buildConnector.connector;

/** A server that accepts and says nothing. */
async function silentServer(t: TestContext): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return String((server.address() as AddressInfo).port);
}

/** What became of a connection. */
function connectBy(connector: Connector, port: string, protocol = 'http:'): Promise<string> {
  return new Promise((resolve) => {
    connector({ hostname: '127.0.0.1', host: '127.0.0.1', port, protocol }, (error, socket) => {
      socket?.destroy();
      resolve(error?.message ?? 'connected');
    });
  });
}

test('no more than 64 connections are made at a time, and who waited too long is told', async (t) => {
  let now = 0;
  const connector = createConnectGate(() => now)({});
  const port = await silentServer(t);
  const outcomes = Array.from({ length: 200 }, () => connectBy(connector, port));
  now = 6000;
  const ended = await Promise.all(outcomes);
  const late = ended.filter((outcome) => outcome === 'too many connections were being made');
  assert.equal(late.length, 136);
  assert.equal(ended.filter((outcome) => outcome === 'connected').length, 64);
  assert.equal(await connectBy(connector, port), 'connected', 'places are given back');
});

test('handshakes that are never answered keep nobody out', async (t) => {
  const connector = createConnectGate(() => performance.now())({});
  const port = await silentServer(t);
  const silent = Array.from({ length: 64 }, () => connectBy(connector, port, 'https:'));
  const first = await Promise.race([...silent, connectBy(connector, port)]);
  assert.equal(first, 'connected');
});
