import { timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { splitAddress } from './web-server.ts';

/** Who may do what. */
export interface AccessOptions {
  /** The bearer token that writes need. */
  readonly token: string;
  /** Bound to loopback: reads need no token. */
  readonly loopback: boolean;
  /** Values of the Host header that are answered without the token, lower case, without the port. */
  readonly hosts: readonly string[];
}

/** Open to everybody: probes of Kubernetes and load balancers come from afar, and by any name. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/-/healthy', '/-/ready']);
/** Reads that clients of Prometheus send by POST, as expressions outgrow URLs. */
const POSTED_READS: ReadonlySet<string> = new Set(
  ['query', 'query_range', 'query_exemplars', 'format_query', 'series', 'labels'].map(
    (name) => `/api/v1/${name}`,
  ),
);

/**
 * Lets through: the token always; without it the open paths, and on loopback whatever only reads. There a foreign Host
 * header is refused: a page in a browser here could otherwise read by a name that it rebinds to loopback.
 */
export function access({ token, loopback, hosts }: AccessOptions): MiddlewareHandler {
  return async (context, next) => {
    const { method, path } = context.req;
    const reads = method === 'GET' || method === 'HEAD' || (method === 'POST' && POSTED_READS.has(path));
    if (reads && OPEN_PATHS.has(path)) return next();
    if (isBearer(context.req.header('authorization'), token)) return next();
    if (!reads || !loopback) {
      context.header('www-authenticate', 'Bearer realm="octowatch"');
      return context.text(
        'needs the token: send Authorization: Bearer with the content of <data_dir>/token\n',
        401,
      );
    }
    if (hosts.includes(hostName(context.req.header('host') ?? ''))) return next();
    return context.text('unknown Host header: ask by localhost, or set web.external_url\n', 421);
  };
}

/** Who may reach a server that listens on `listen`, and by which names. */
export function reachability(web: {
  listen: string;
  external_url?: string | undefined;
}): Pick<AccessOptions, 'loopback' | 'hosts'> {
  const { host } = splitAddress(web.listen);
  const own = host.includes(':') ? `[${host}]` : host;
  const named = web.external_url === undefined ? [] : [new URL(web.external_url).hostname];
  return {
    loopback: isLoopback(host),
    hosts: ['localhost', '127.0.0.1', '[::1]', own.toLowerCase(), ...named],
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function hostName(header: string): string {
  return header.replace(/:\d+$/, '').toLowerCase();
}

function isBearer(header: string | undefined, token: string): boolean {
  const [, text = ''] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? [];
  const given = Buffer.from(text);
  const expected = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
