import type { HttpTls, Prober } from '../../src/model/ports.ts';
import type { ProbeOutcome } from './outcome.ts';
import { familyOf, type DnsTarget, type TcpTarget } from './settings.ts';

/** Opens a connection, and speaks TLS where the target does. */
export async function probeTcp(
  { address, tls: isTls, timeout: timeoutMs, ip_protocol: protocol }: TcpTarget,
  tls: HttpTls,
  prober: Prober,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const seen = await prober.tcp({
    host,
    port: Number(port),
    isTls,
    tls,
    timeoutMs,
    signal,
    ...familyOf(protocol),
  });
  const { phases, family, tls: agreed, fault: failure } = seen;
  return { phases, family, tls: agreed, failure };
}

/** Asks a name server, and looks for what must be in its answer. */
export async function probeDns(
  target: DnsTarget,
  prober: Prober,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const { query_name: name, query_type: type, server, timeout: timeoutMs, answers } = target;
  const asked = { name, type, timeoutMs, signal, ...(server === undefined ? {} : { server }) };
  const { seconds, records, fault } = await prober.dns(asked);
  if (fault !== undefined) return { phases: {}, failure: fault };
  const all = { phases: { resolve: seconds }, records: records.length };
  const missing = answers.filter((answer) => !records.includes(answer));
  if (missing.length === 0) return all;
  const message = `${name} has no record ${missing.join(', ')}`;
  return { ...all, failure: { reason: 'dns_answer', phase: 'resolve', message } };
}
