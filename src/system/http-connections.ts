import { createSecureContext, type SecureContext } from 'node:tls';
import { Client } from 'undici';
import type { HttpTls } from '../model/ports.ts';
import { createConnectGate } from './connect-gate.ts';

/**
 * To one origin: requests that hang must not delay the next. Each costs 70 KiB; most of ten thousand origins have one, as
 * an instance is asked one thing at a time.
 */
const LANES = 8;
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
  /** The origin's connection that has the least to do; a new one where all are busy, up to eight. */
  take(origin: string, tls: HttpTls | undefined): Lane;
  close(): Promise<void>;
}

interface Connection {
  readonly client: Client;
  /** Exchanges under way, or waiting for it. */
  busy: number;
}

/** A way to judge certificates. */
interface TlsKind {
  readonly options: TlsOptions;
  /** Authorities may be long: connections are looked up by this. */
  readonly number: number;
}

interface TlsOptions {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
}

export function createHttpConnections(): HttpConnections {
  const origins = new Map<string, Connection[]>();
  /** The one used last comes last. */
  const kinds = new Map<string, TlsKind>();
  const connectorOf = createConnectGate(() => performance.now());
  let kindCount = 0;

  function take(origin: string, tls: HttpTls | undefined): Lane {
    const kind = kindOf(tls);
    const key = `${kind.number} ${origin}`;
    let connections = origins.get(key);
    if (connections === undefined) origins.set(key, (connections = []));
    const connection = leastBusy(connections) ?? connect(key, connections, origin, kind.options);
    connection.busy++;
    return {
      client: connection.client,
      [Symbol.dispose]() {
        connection.busy--;
        if (!connection.client.stats.connected) forget(key, connection);
      },
    };
  }

  function connect(key: string, connections: Connection[], origin: string, tls: TlsOptions): Connection {
    const keepAliveTimeout = connections.length === 0 ? KEEP_ALIVE_MS : SPARE_KEEP_ALIVE_MS;
    const client = new Client(origin, { pipelining: 1, keepAliveTimeout, connect: connectorOf(tls) });
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

  /** @throws Error where the authorities are none */
  function kindOf(tls: HttpTls | undefined): TlsKind {
    const key =
      tls === undefined ? '' : JSON.stringify([tls.ca, tls.verify, tls.serverName, tls.cert, tls.key]);
    const known = kinds.get(key) ?? { options: tlsOptions(tls), number: kindCount++ };
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
function tlsOptions({ ca, verify = true, serverName, cert, key }: HttpTls = {}): TlsOptions {
  return {
    secureContext: createSecureContext({
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    }),
    rejectUnauthorized: verify,
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

function ignore(): void {}
