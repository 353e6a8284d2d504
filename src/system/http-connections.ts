import { createSecureContext, type SecureContext } from 'node:tls';
import { Client } from 'undici';
import type { HttpTls } from '../model/ports.ts';

/** To one origin: a request that hangs must not delay the next. Each costs 70 KiB, and there may be ten thousand. */
const LANES = 2;
/** Longer than the 15 s between two probes. */
const KEEP_ALIVE_MS = 30_000;
/** Of a connection that was made because the first was busy. */
const SPARE_KEEP_ALIVE_MS = 4000;
/** Ways to judge certificates that are remembered: a file of authorities may change, and the old one is of no use. */
const MAX_KINDS = 64;

/** A connection, for the time of one exchange. */
export interface Lane extends Disposable {
  readonly client: Client;
}

/** Keep-alive connections by origin and way to judge certificates. Pools of undici would take 16 KiB an origin more. */
export interface HttpConnections {
  /** The origin's connection that has the least to do; a new one where all are busy, up to two. */
  take(origin: string, tls: HttpTls | undefined): Lane;
  close(): Promise<void>;
}

interface Connection {
  readonly client: Client;
  /** Exchanges under way, or waiting for it. */
  busy: number;
}

interface TlsKind {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
}

export function createHttpConnections(): HttpConnections {
  const origins = new Map<string, Connection[]>();
  /** The one used last comes last. */
  const kinds = new Map<string, TlsKind>();

  function take(origin: string, tls: HttpTls | undefined): Lane {
    const kind = tls === undefined ? '' : JSON.stringify([tls.ca, tls.verify, tls.serverName]);
    const key = `${kind} ${origin}`;
    let connections = origins.get(key);
    if (connections === undefined) origins.set(key, (connections = []));
    const connection = leastBusy(connections) ?? connect(key, connections, origin, tlsOf(kind, tls));
    connection.busy++;
    return {
      client: connection.client,
      [Symbol.dispose]() {
        connection.busy--;
        if (!connection.client.stats.connected) forget(key, connection);
      },
    };
  }

  function connect(key: string, connections: Connection[], origin: string, tls: TlsKind): Connection {
    const keepAliveTimeout = connections.length === 0 ? KEEP_ALIVE_MS : SPARE_KEEP_ALIVE_MS;
    const client = new Client(origin, { pipelining: 1, keepAliveTimeout, connect: { ...tls } });
    const connection = { client, busy: 0 };
    connections.push(connection);
    client.on('disconnect', () => forget(key, connection));
    return connection;
  }

  /** What nobody uses and is not connected is not kept: instances come and go. */
  function forget(key: string, connection: Connection): void {
    if (connection.busy > 0) return;
    const left = origins.get(key)?.filter((other) => other !== connection) ?? [];
    if (left.length === 0) origins.delete(key);
    else origins.set(key, left);
    connection.client.destroy().catch(ignore);
  }

  function tlsOf(key: string, tls: HttpTls | undefined): TlsKind {
    const known = kinds.get(key) ?? tlsKind(tls);
    kinds.delete(key);
    kinds.set(key, known);
    const [oldest = ''] = kinds.keys();
    if (kinds.size > MAX_KINDS) kinds.delete(oldest);
    return known;
  }

  async function close(): Promise<void> {
    const clients = [...origins.values()].flat().map(({ client }) => client);
    origins.clear();
    await Promise.all(clients.map((client) => client.destroy()));
  }

  return { take, close };
}

/** Undefined where all are busy and one more may be made. */
function leastBusy(connections: readonly Connection[]): Connection | undefined {
  const [least] = connections.toSorted((a, b) => a.busy - b.busy);
  return least === undefined || (least.busy > 0 && connections.length < LANES) ? undefined : least;
}

/** Each connection would make a context of its own, with all authorities in it: 300 KiB. */
function tlsKind({ ca, verify = true, serverName }: HttpTls = {}): TlsKind {
  return {
    secureContext: createSecureContext(ca === undefined ? {} : { ca }),
    rejectUnauthorized: verify,
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

function ignore(): void {}
