import { createSecureContext } from 'node:tls';
import { Agent, type Dispatcher } from 'undici';
import type { HttpTls } from '../model/ports.ts';

/** To one origin: a request that hangs must not delay the next. Each costs 70 KiB, and there may be ten thousand. */
const CONNECTIONS = 2;
/** Longer than the 15 s between two probes. */
const KEEP_ALIVE_MS = 30_000;
/** Ways to judge certificates that are remembered: a file of authorities may change, and the old one is of no use. */
const MAX_KINDS = 64;

/** Pools of connections, one for each way to judge certificates. */
export interface Dispatchers {
  of(tls: HttpTls | undefined): Dispatcher;
  close(): Promise<void>;
}

export function createDispatchers(): Dispatchers {
  const usual = pool(undefined);
  /** The one used last comes last. */
  const others = new Map<string, Agent>();

  function of(tls: HttpTls | undefined): Dispatcher {
    if (tls === undefined) return usual;
    const key = JSON.stringify([tls.ca, tls.verify, tls.serverName]);
    const known = others.get(key) ?? pool(tls);
    others.delete(key);
    others.set(key, known);
    if (others.size > MAX_KINDS) forgetOldest();
    return known;
  }

  function forgetOldest(): void {
    for (const [key, agent] of others) {
      others.delete(key);
      // It ends when what is under way has ended.
      agent.close().catch(ignore);
      return;
    }
  }

  async function close(): Promise<void> {
    await Promise.all([usual, ...others.values()].map((agent) => agent.destroy()));
  }

  return { of, close };
}

function pool(tls: HttpTls | undefined): Agent {
  const { ca, verify = true, serverName } = tls ?? {};
  return new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: {
      // Each connection would make a context of its own, with all authorities in it: 300 KiB.
      secureContext: createSecureContext(ca === undefined ? {} : { ca }),
      rejectUnauthorized: verify,
      ...(serverName === undefined ? {} : { servername: serverName }),
    },
  });
}

function ignore(): void {}
