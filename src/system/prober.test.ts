import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { after, describe, test, type TestContext } from 'node:test';
import { makeCertificates } from '../../test/fakes/certificates.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { startNameServer } from '../../test/fakes/name-server.ts';
import type { HttpTls, ProbeExchange, ProbeHttpRequest } from '../model/ports.ts';
import type { ResolveHost } from './probe-names.ts';
import { createProber } from './prober.ts';

const good = makeCertificates('good', { names: 'IP:127.0.0.1,DNS:octopus.example' });
const expired = makeCertificates('expired', { days: -1 });
const elsewhere = makeCertificates('elsewhere', { names: 'DNS:elsewhere.example' });
after(() => {
  for (const { directory } of [good, expired, elsewhere]) rmSync(directory, { recursive: true });
});

/** Every name is this machine. */
const local: ResolveHost = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
const prober = createProber(local);
const ok: RequestListener = (_, response) => void response.end('hello');

async function listen(t: TestContext, server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function serveTls(t: TestContext, options: ServerOptions, listener = ok): Promise<number> {
  const server = createHttpsServer(options, listener);
  server.on('tlsClientError', () => undefined);
  t.after(() => server.closeAllConnections());
  return listen(t, server);
}

function get(t: TestContext, url: string, more: Partial<ProbeHttpRequest> = {}): Promise<ProbeExchange> {
  const asked = { method: 'GET', headers: {}, maxBytes: 1000, timeoutMs: 5000, signal: t.signal };
  return prober.http({ ...asked, url, ...more });
}

function trusting({ authority }: typeof good): HttpTls {
  return { ca: authority.cert };
}

describe('what answers', () => {
  test('is told in phases, with its certificate and its head', async (t) => {
    const port = await serveTls(t, good, (request, response) => {
      response.writeHead(201, { 'x-path': request.url ?? '', 'set-cookie': ['a=1', 'b=2'] });
      response.end(`${request.headers.host} ${request.headers['user-agent']}`);
    });
    const seen = await get(t, `https://octopus.example:${port}/app?q=1`, { tls: trusting(good) });
    assert.equal(seen.fault, undefined);
    assert.deepEqual(Object.keys(seen.phases), ['resolve', 'connect', 'tls', 'processing', 'transfer']);
    assert.ok(Object.values(seen.phases).every((seconds) => seconds >= 0 && seconds < 5));
    assert.deepEqual([seen.family, seen.tls?.version], [4, 'TLSv1.3']);
    const hours = ((seen.tls?.expiresMs ?? 0) - Date.now()) / 3_600_000;
    assert.ok(hours > 23 && hours <= 24, `${hours} h`);
    const { status, headers, setCookies, body } = seen.http!;
    assert.deepEqual([status, headers['x-path'], setCookies], [201, '/app?q=1', ['a=1', 'b=2']]);
    assert.equal(Buffer.from(body).toString(), `octopus.example:${port} octowatch`);
  });

  test('has as much of its body read as is wanted', async (t) => {
    const port = await listen(
      t,
      createHttpServer((_, response) => void response.end('x'.repeat(100_000))),
    );
    const { http, fault } = await get(t, `http://a.example:${port}`, { maxBytes: 10 });
    assert.deepEqual([http?.body.length, fault], [10, undefined]);
  });

  test('gets a body and headers', async (t) => {
    const port = await listen(
      t,
      createHttpServer((request, response) => {
        void request
          .toArray()
          .then((chunks) => response.end(`${String(request.headers['x-key'])} ${chunks.join('')}`));
      }),
    );
    const more = { method: 'POST', body: 'ping', headers: { 'x-key': 'k' } };
    const { http } = await get(t, `http://a.example:${port}`, more);
    assert.equal(Buffer.from(http?.body ?? []).toString(), 'k ping');
  });

  test('is found by IPv6, by IPv4 where IPv6 does not answer, and by the version that is asked for', async (t) => {
    const both = createProber(() =>
      Promise.resolve([
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]),
    );
    const six = createHttpServer(ok);
    let hasSix = true;
    const port = await listen(t, createHttpServer(ok));
    await new Promise<void>((resolve) => {
      six.once('error', () => {
        hasSix = false;
        resolve();
      });
      six.listen(port, '::1', resolve);
    });
    const request = { host: 'a.example', port, isTls: false, timeoutMs: 5000, signal: t.signal };
    if (hasSix) {
      assert.equal((await both.tcp(request)).family, 6);
      assert.equal((await both.tcp({ ...request, family: 4 })).family, 4);
      await new Promise((resolve) => six.close(resolve));
    }
    assert.equal((await both.tcp(request)).family, 4);
  });
});

describe('certificates that do not fit are told apart, and nothing is sent', () => {
  const cases = [
    ['certificate_expired', expired, trusting(expired)],
    ['certificate_wrong_host', elsewhere, trusting(elsewhere)],
    ['certificate_untrusted', good, trusting(elsewhere)],
    ['certificate_self_signed', good.authority, trusting(elsewhere)],
  ] as const;
  for (const [reason, { key, cert }, tls] of cases)
    test(reason, async (t) => {
      let requests = 0;
      const port = await serveTls(t, { key, cert }, (request, response) => {
        requests++;
        ok(request, response);
      });
      const seen = await get(t, `https://127.0.0.1:${port}`, { tls });
      assert.deepEqual([seen.fault?.phase, seen.fault?.reason, requests], ['tls', reason, 0]);
      assert.equal(seen.tls?.version, 'TLSv1.3');
      assert.ok(seen.tls.expiresMs !== undefined, 'the expiry is known all the same');
      assert.equal(seen.http, undefined);
    });

  test('and taken where any is', async (t) => {
    const port = await serveTls(t, expired);
    const seen = await get(t, `https://127.0.0.1:${port}`, { tls: { verify: false } });
    assert.deepEqual([seen.fault, seen.http?.status], [undefined, 200]);
    assert.ok((seen.tls?.expiresMs ?? Infinity) < Date.now());
  });

  test('the name may be another than that of the url', async (t) => {
    const port = await serveTls(t, elsewhere);
    const tls = { ...trusting(elsewhere), serverName: 'elsewhere.example' };
    assert.equal((await get(t, `https://127.0.0.1:${port}`, { tls })).fault, undefined);
  });

  for (const version of ['TLSv1', 'TLSv1.1'] as const)
    test(`a server of ${version} is refused`, async (t) => {
      const old = { minVersion: 'TLSv1', maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const port = await serveTls(t, { ...good, ...old });
      const { fault } = await get(t, `https://127.0.0.1:${port}`, { tls: trusting(good) });
      assert.deepEqual([fault?.phase, fault?.reason], ['tls', 'tls_version']);
    });

  test('no TLS at all is told as such', async (t) => {
    const port = await listen(t, createHttpServer(ok));
    const { fault } = await get(t, `https://127.0.0.1:${port}`);
    assert.deepEqual([fault?.phase, fault?.reason], ['tls', 'tls_failed']);
  });
});

describe('what does not answer', () => {
  test('refuses the connection', async (t) => {
    const server = createTcpServer();
    const port = await listen(t, server);
    await new Promise((resolve) => server.close(resolve));
    const { fault, phases } = await get(t, `http://127.0.0.1:${port}`);
    assert.deepEqual([fault?.phase, fault?.reason], ['connect', 'connection_refused']);
    assert.deepEqual(Object.keys(phases), ['resolve']);
  });

  test('resets it', async (t) => {
    const port = await listen(
      t,
      createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    );
    const { fault } = await get(t, `http://127.0.0.1:${port}`);
    assert.deepEqual([fault?.phase, fault?.reason], ['processing', 'connection_reset']);
  });

  test('ends it in the middle of the body', async (t) => {
    const port = await listen(
      t,
      createHttpServer((_, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => response.destroy());
      }),
    );
    const { fault, http } = await get(t, `http://127.0.0.1:${port}`);
    assert.deepEqual([fault?.phase, fault?.reason, http?.status], ['transfer', 'connection_reset', 200]);
  });

  test('speaks something else', async (t) => {
    const port = await listen(
      t,
      createTcpServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
    );
    const { fault } = await get(t, `http://127.0.0.1:${port}`);
    assert.deepEqual([fault?.phase, fault?.reason], ['processing', 'not_http']);
  });

  test('hangs: in the head, in the body, in the handshake', async (t) => {
    const silent = await listen(
      t,
      createTcpServer(() => undefined),
    );
    const slow = createHttpServer((_, response) => {
      response.write('a');
    });
    t.after(() => slow.closeAllConnections());
    const half = await listen(t, slow);
    const urls = [`http://127.0.0.1:${silent}`, `http://127.0.0.1:${half}`, `https://127.0.0.1:${silent}`];
    const faults = await Promise.all(urls.map(async (url) => (await get(t, url, { timeoutMs: 150 })).fault));
    assert.deepEqual(
      faults.map((fault) => [fault?.phase, fault?.reason]),
      [
        ['processing', 'timeout'],
        ['transfer', 'timeout'],
        ['tls', 'timeout'],
      ],
    );
  });

  test('has no name, or a name server that fails', async (t) => {
    const failing = (code: string) =>
      createProber(() => Promise.reject(Object.assign(new Error(`query ${code}`), { code })));
    const request = { host: 'gone.example', port: 1, isTls: false, timeoutMs: 1000, signal: t.signal };
    assert.deepEqual((await failing('ENOTFOUND').tcp(request)).fault, {
      phase: 'resolve',
      reason: 'dns_not_found',
      message: 'query ENOTFOUND',
    });
    assert.equal((await failing('ESERVFAIL').tcp(request)).fault?.reason, 'dns_failed');
    assert.equal((await prober.tcp({ ...request, family: 6 })).fault?.reason, 'dns_not_found');
  });

  test('is no longer waited for when the caller stops', async (t) => {
    const port = await listen(
      t,
      createTcpServer(() => undefined),
    );
    const stop = new AbortController();
    const probing = get(t, `http://127.0.0.1:${port}`, { signal: stop.signal });
    setImmediate(() => stop.abort());
    assert.equal((await failureOf(probing)).reason, 'aborted');
  });
});

test('who is led by another host gets to no address of this machine, nor to where clouds tell credentials', async (t) => {
  const port = await listen(t, createHttpServer(ok));
  const addresses = ['127.0.0.1', '169.254.169.254', '0.0.0.0', '::1', 'fe80::1', '::ffff:127.0.0.1'];
  const faults = await Promise.all(
    addresses.map(async (address) => {
      const there = createProber(() => Promise.resolve([{ address, family: address.includes(':') ? 6 : 4 }]));
      const request = {
        host: 'a.example',
        port,
        isTls: false,
        timeoutMs: 1000,
        signal: t.signal,
        isLed: true,
      };
      return (await there.tcp(request)).fault?.reason;
    }),
  );
  assert.deepEqual(new Set(faults), new Set(['forbidden_address']));
  assert.equal((await get(t, `http://a.example:${port}`)).fault, undefined);
});

describe('name servers', () => {
  const request = { name: 'octopus.example', type: 'A', timeoutMs: 1000 } as const;

  test('tell records', async (t) => {
    const { server, asked } = await startNameServer(t, () => ['10.0.0.1', '10.0.0.2']);
    const answer = await prober.dns({ ...request, server, signal: t.signal });
    assert.deepEqual([answer.records, answer.fault], [['10.0.0.1', '10.0.0.2'], undefined]);
    assert.deepEqual(asked, ['octopus.example']);
  });

  for (const [said, reason] of [
    ['nxdomain', 'dns_not_found'],
    ['servfail', 'dns_failed'],
    ['refused', 'dns_failed'],
    ['silent', 'timeout'],
  ] as const)
    test(`say ${said}`, async (t) => {
      const { server } = await startNameServer(t, () => said);
      const answer = await prober.dns({ ...request, timeoutMs: 300, server, signal: t.signal });
      assert.deepEqual([answer.records, answer.fault?.reason], [[], reason]);
    });
});

test('a host is found in the hosts file where name servers do not know it', async (t) => {
  const port = await listen(t, createHttpServer(ok));
  const system = createProber();
  const seen = await system.tcp({ host: 'localhost', port, isTls: false, timeoutMs: 5000, signal: t.signal });
  assert.deepEqual([seen.fault, seen.family], [undefined, 4]);
});
