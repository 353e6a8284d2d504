import { BlockList, connect, isIP, type LookupFunction, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  TLSSocket,
  type ConnectionOptions,
  type DetailedPeerCertificate,
} from 'node:tls';
import type { HttpTls, ProbeConnect } from '../model/ports.ts';
import { certificateReasonOf } from './probe-fault.ts';
import type { ProbeAddress, ResolveHost } from './probe-names.ts';
import type { ProbeRun } from './probe-run.ts';

export interface Place {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/** Opens a connection in its phases; it ends with the run. */
export async function openConnection(
  run: ProbeRun,
  { host, port, isTls }: Place,
  { family, tls = {}, isLed = false }: ProbeConnect,
  resolve: ResolveHost,
): Promise<Socket> {
  const addresses = await run.phase('resolve', async () => {
    const all = await resolve(host, run.signal);
    const fitting = all.filter((each) => family === undefined || each.family === family);
    if (fitting.length > 0) return fitting;
    throw Object.assign(new Error(`${host} has no address of IPv${family ?? 4}`), { code: 'ENODATA' });
  });
  if (isLed && addresses.some(isForbidden))
    run.refuse({
      phase: 'resolve',
      reason: 'forbidden_address',
      message: `${host} is this machine or a link-local address`,
    });
  const to = { ...KNOWN_ADDRESS, port, lookup: knowing(addresses) };
  // One socket for both phases: to destroy the one below a TLS socket before it crashes Node 26.
  const socket = isTls ? connectTls({ ...to, ...secureOptions(host, tls) }) : connect(to);
  socket.on('error', () => undefined);
  run.signal.addEventListener('abort', () => socket.destroy(), { once: true });
  await run.phase('connect', () => happened(socket, 'connect'));
  run.seen.family = socket.remoteFamily === 'IPv6' ? 6 : 4;
  if (!(socket instanceof TLSSocket)) return socket;
  await run.phase('tls', () => happened(socket, 'secureConnect'));
  const expiresMs = expiryOf(socket.getPeerCertificate(true));
  run.seen.tls = {
    version: socket.getProtocol() ?? 'unknown',
    ...(expiresMs === undefined ? {} : { expiresMs }),
  };
  judge(run, socket, tls);
  return socket;
}

/** Whether an address is this machine's, or one at which clouds tell credentials. */
function isForbidden({ address, family }: ProbeAddress): boolean {
  return FORBIDDEN.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

const FORBIDDEN = new BlockList();
FORBIDDEN.addSubnet('0.0.0.0', 8);
FORBIDDEN.addSubnet('127.0.0.0', 8);
FORBIDDEN.addSubnet('169.254.0.0', 16);
FORBIDDEN.addSubnet('::', 127, 'ipv6'); // :: and ::1
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6');
FORBIDDEN.addAddress('fd00:ec2::254', 'ipv6');

/** The host is never asked for, as its addresses are known; all are tried, one soon after another (RFC 8305). */
const KNOWN_ADDRESS = { host: 'probe.invalid', autoSelectFamily: true } as const;

function knowing(addresses: readonly ProbeAddress[]): LookupFunction {
  return (_host, _options, done) => done(null, [...addresses]);
}

/** Any certificate is taken at first, so that one that is refused then can be told about. */
function secureOptions(host: string, tls: HttpTls): ConnectionOptions {
  const name = tls.serverName ?? host;
  return {
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: false,
  };
}

function happened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () =>
      reject(Object.assign(new Error('closed by the peer'), { code: 'ECONNRESET' })),
    );
  });
}

/** Nothing is sent to whom the certificate does not fit. */
function judge(
  run: ProbeRun,
  { authorized, authorizationError }: TLSSocket,
  { verify = true }: HttpTls,
): void {
  if (authorized || !verify) return;
  const code = String(authorizationError);
  run.refuse({ phase: 'tls', reason: certificateReasonOf(code), message: `certificate: ${code}` });
}

/**
 * When the first of a chain expires, ms since the epoch. Roots are left out: whoever trusts one has it, whatever it says
 * of itself.
 */
function expiryOf(leaf: DetailedPeerCertificate): number | undefined {
  let earliest: number | undefined;
  const seen = new Set<DetailedPeerCertificate>();
  for (let each = leaf; each?.valid_to !== undefined && !seen.has(each); each = each.issuerCertificate) {
    seen.add(each);
    const expires = Date.parse(each.valid_to);
    const isRoot = each !== leaf && each.issuerCertificate === each;
    if (!isRoot && !Number.isNaN(expires)) earliest = Math.min(earliest ?? expires, expires);
  }
  return earliest;
}
