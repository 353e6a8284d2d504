import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ProbeDnsRequest } from '../model/ports.ts';
import { codeOf, isAbsent } from './probe-fault.ts';

/** One address of a host. */
export interface ProbeAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Finds the addresses of a host. @throws Error with a code of c-ares or of getaddrinfo */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly ProbeAddress[]>;

const TRY_MS = 2000;
const TRIES = 2;

/**
 * Asks the name servers first: what hangs there costs no thread, of which there are few. What they do not know may be
 * in the hosts file, or a short name of a cluster: that getaddrinfo finds.
 */
export async function resolveHost(host: string, signal: AbortSignal): Promise<readonly ProbeAddress[]> {
  const literal = isIP(host);
  if (literal === 4 || literal === 6) return [{ address: host, family: literal }];
  const [six, four] = await Promise.allSettled([
    ask(signal, (resolver) => resolver.resolve6(host)),
    ask(signal, (resolver) => resolver.resolve4(host)),
  ]);
  const found = [
    ...addressesOf(six.status === 'fulfilled' ? six.value : [], 6),
    ...addressesOf(four.status === 'fulfilled' ? four.value : [], 4),
  ];
  if (found.length > 0) return found;
  const failure: unknown = four.status === 'rejected' ? four.reason : undefined;
  if (!isAbsent(codeOf(failure))) throw failure;
  return (await lookup(host, { all: true })).map(({ address, family }) => ({
    address,
    family: family === 6 ? 6 : 4,
  }));
}

/** The records of a name as text. @throws Error with a code of c-ares */
export async function resolveRecords(
  { name, type, server }: ProbeDnsRequest,
  signal: AbortSignal,
): Promise<string[]> {
  return ask(signal, async (resolver) => {
    if (server !== undefined) resolver.setServers([server]);
    if (type === 'MX') return (await resolver.resolveMx(name)).map(({ exchange }) => exchange);
    if (type === 'TXT') return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
    const records = await resolver.resolve(name, type);
    return Array.isArray(records) ? records.map(String) : [];
  });
}

/** Runs a query that ends with the signal. */
async function ask<T>(signal: AbortSignal, query: (resolver: Resolver) => Promise<T>): Promise<T> {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await query(resolver);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function addressesOf(addresses: readonly string[], family: 4 | 6): ProbeAddress[] {
  return addresses.map((address) => ({ address, family }));
}
