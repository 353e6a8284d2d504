import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { makeCertificates, type Certificates } from '../../test/fakes/certificates.ts';
import type { HttpTls } from '../model/ports.ts';
import { createHttp } from './system-http.ts';

describe('whose certificate an authority of its own signed', () => {
  let certificates: Certificates & { readonly directory: string };
  let ca = '';
  let url = '';
  let name: string | undefined;
  const { http, close } = createHttp();
  const server = createServer((_, response) => response.end('well'));

  before(async () => {
    certificates = makeCertificates('octowatch test');
    ca = readFileSync(certificates.caFile, 'utf8');
    server.setSecureContext({ key: certificates.key, cert: certificates.cert });
    server.on('secureConnection', (socket) => {
      name = typeof socket.servername === 'string' ? socket.servername : undefined;
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(async () => {
    await close();
    server.closeAllConnections();
    server.close();
    rmSync(certificates.directory, { recursive: true, force: true });
  });

  async function ask(tls?: HttpTls): Promise<number> {
    return (await http({ url, timeoutMs: 5000, ...(tls === undefined ? {} : { tls }) })).status;
  }
  const refused = { name: 'Failure', reason: 'network' };

  test('is refused where the system judges, also after others trusted it', async () => {
    await assert.rejects(ask(), { ...refused, message: /certificate/ });
    assert.equal(await ask({ ca }), 200);
    await assert.rejects(ask(), refused);
  });

  test('is taken by who names the authority, or asks for none', async () => {
    assert.equal(await ask({ ca }), 200);
    assert.equal(await ask({ verify: false }), 200);
  });

  test('is refused where it has another name than was asked for', async () => {
    await assert.rejects(ask({ ca, serverName: 'other.example' }), { ...refused, message: /other\.example/ });
    assert.equal(await ask({ verify: false, serverName: 'other.example' }), 200);
    assert.equal(name, 'other.example');
  });

  test('many authorities, one after the other, are forgotten again', async () => {
    for (let i = 0; i < 70; i++) assert.equal(await ask({ ca: `${ca}\n# ${i}` }), 200);
  });
});

test('requests that hang delay nobody, connections are few, and what ends is made anew', async (t) => {
  const hanging: ServerResponse[] = [];
  let connections = 0;
  const server = createPlainServer((request, response) => {
    if (request.url === '/hang') hanging.push(response);
    else response.end('well');
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { http, close } = createHttp();
  t.after(async () => {
    await close();
    server.closeAllConnections();
    server.close();
  });
  const ask = async (path: string) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    return (await http({ url, timeoutMs: 5000 })).status;
  };
  const late = [ask('/hang'), ask('/hang')];
  for (let round = 0; round < 3; round++)
    assert.deepEqual(await Promise.all(Array.from({ length: 6 }, () => ask('/'))), Array(6).fill(200));
  for (const response of hanging) response.end();
  assert.deepEqual(await Promise.all(late), [200, 200]);
  assert.equal(connections, 8);
  assert.equal((await Promise.all(Array.from({ length: 50 }, () => ask('/')))).length, 50);
  assert.equal(connections, 8);

  server.closeAllConnections();
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  assert.equal(await ask('/'), 200);
  assert.equal(connections, 9);
});
