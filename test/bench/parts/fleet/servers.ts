import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { parseArgs } from 'node:util';
import { startSimulator } from '../../../../src/simulator/simulator.ts';
import { systemClock } from '../../../../src/system/system-clock.ts';
import { makeCertificates } from '../../../fakes/certificates.ts';
import { silentLog } from '../../../fakes/silent-log.ts';
import { createBodies } from './bodies.ts';

/**
 * So many Octopus servers, each on a TLS port of its own, in one process: their bodies are those of a few simulated
 * instances, rendered anew every 20 s. With `--broken` that share of them never answers, or answers HTML. Prints one line
 * of JSON: the ports and the authority's file. Ends with its standard input.
 */
const { values: options } = parseArgs({
  options: { instances: { type: 'string', default: '100' }, broken: { type: 'string', default: '0' } },
});
const instances = Number(options.instances);
const broken = Math.round(instances * Number(options.broken));

const directory = mkdtempSync(join(tmpdir(), 'octowatch-bench-fleet-'));
const simulator = await startSimulator({
  seed: 1,
  tenants: [
    { tenant: 'dormant', kind: 'dormant' },
    { tenant: 'quiet', kind: 'quiet' },
    { tenant: 'active', kind: 'active', calendar: 'always-busy' },
  ],
  clock: systemClock,
  log: silentLog,
  directory,
});
const bodies = createBodies(simulator.instances);
const { caFile, key, cert, directory: certificates } = makeCertificates('bench');

type Conduct = (socket: TLSSocket, request: string, number: number) => void;

function answer(socket: TLSSocket, request: string, number: number): void {
  void bodies.answer(number, request).then((bytes) => socket.write(bytes));
}

function sayNothing(): void {}

const HTML = '<html><body>Bad Gateway</body></html>';
function answerHtml(socket: TLSSocket): void {
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${HTML.length}\r\n\r\n${HTML}`);
}

/** The broken ones are spread over the fleet. */
function conductOf(number: number): Conduct {
  const isBroken = broken > 0 && number % Math.round(instances / broken) === 0;
  if (!isBroken) return answer;
  return (number / Math.round(instances / broken)) % 2 === 0 ? sayNothing : answerHtml;
}

/** Requests come one after the other on a connection and have no body. */
function serve(socket: TLSSocket, number: number): void {
  const conduct = conductOf(number);
  let pending = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (text: string) => {
    pending += text;
    for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
      conduct(socket, pending.slice(0, end), number);
      pending = pending.slice(end + 4);
    }
  });
}

const tls = createTlsServer({ key, cert });
const numbers = new Map<number, number>();
tls.on('secureConnection', (socket) => serve(socket, numbers.get(socket.localPort ?? 0) ?? 0));
tls.on('tlsClientError', () => {});

async function listen(number: number): Promise<Server> {
  const server = createServer((socket) => tls.emit('connection', socket));
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 16 }, resolve);
  });
  numbers.set((server.address() as AddressInfo).port, number);
  return server;
}

for (let number = 0; number < instances; number++) await listen(number);
console.log(JSON.stringify({ ports: [...numbers.keys()], caFile }));
process.stdin.on('end', () => {
  rmSync(directory, { recursive: true, force: true });
  rmSync(certificates, { recursive: true, force: true });
  process.exit();
});
process.stdin.resume();
