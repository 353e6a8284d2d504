import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { splitAddress } from './web-server.ts';

/** Who may do what. */
export interface AccessOptions {
  /** The bearer token that writes need. */
  readonly token: string;
  /** Bound to loopback: reads need no token. */
  readonly loopback: boolean;
  /** Values of the Host header that are answered, without the port. */
  readonly hosts: readonly string[];
}

const OPEN_PATHS = new Set(['/-/healthy', '/-/ready']);

/** Refuses foreign Host headers (DNS rebinding), writes without the token, and reads from afar without it. */
export function access({ token, loopback, hosts }: AccessOptions): MiddlewareHandler {
  return async (context, next) => {
    if (!hosts.includes(hostName(context.req.header('host') ?? '')))
      return context.text('unknown Host header\n', 421);
    const reads = context.req.method === 'GET' || context.req.method === 'HEAD';
    const open = reads && (loopback || OPEN_PATHS.has(context.req.path));
    if (open || isBearer(context.req.header('authorization'), token)) return next();
    context.header('www-authenticate', 'Bearer realm="octowatch"');
    return context.text(
      'needs the token: send Authorization: Bearer with the content of <data_dir>/token\n',
      401,
    );
  };
}

/** Whether an address to listen on is loopback. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || host.startsWith('127.');
}

function hostName(header: string): string {
  return header.replace(/:\d+$/, '').toLowerCase();
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header?.replace(/^Bearer /i, '') ?? '');
  const expected = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Who may reach a server that listens on `listen`, and by which names. */
export function reachability(web: {
  listen: string;
  external_url?: string | undefined;
}): Pick<AccessOptions, 'loopback' | 'hosts'> {
  const { host } = splitAddress(web.listen);
  const named = web.external_url === undefined ? [] : [new URL(web.external_url).hostname];
  return {
    loopback: isLoopback(host),
    hosts: ['localhost', '127.0.0.1', '[::1]', host.toLowerCase(), ...named],
  };
}
