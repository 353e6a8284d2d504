import { isIPv4 } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { credentialsOf, isToken } from './credentials.ts';
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
const BEARER = 'Bearer realm="octowatch"';
/** Browsers ask for it: any name, and the token as the password. */
const BASIC = 'Basic realm="octowatch", charset="UTF-8"';
/** Reads that clients of Prometheus send by POST, as expressions outgrow URLs. */
const POSTED_READS: ReadonlySet<string> = new Set(
  ['query', 'query_range', 'query_exemplars', 'format_query', 'series', 'labels'].map(
    (name) => `/api/v1/${name}`,
  ),
);
/** What is sent from our pages: who may read may send it, and the page itself asks for the token (pages/form-page.ts). */
const FORMS = /^\/(?:incidents\/[^/]+\/acknowledge|silences\/new|silences\/[^/]+\/expire)$/;

/**
 * Lets through: the token always; without it the open paths, and on loopback whatever only reads. There a foreign Host
 * header is refused: a page in a browser here could otherwise read by a name that it rebinds to loopback. The token as
 * Basic's password is for browsers, which add it to what other sites send too: by it alone nothing is written.
 */
export function access({ token, loopback, hosts }: AccessOptions): MiddlewareHandler {
  return async (context, next) => {
    const { method, path } = context.req;
    const reads = method === 'GET' || method === 'HEAD' || (method === 'POST' && POSTED_READS.has(path));
    const isForBrowsers = reads || (method === 'POST' && FORMS.test(path));
    if (reads && OPEN_PATHS.has(path)) return next();
    const given = credentialsOf(context.req.header('authorization'));
    const isKnown = given !== undefined && isToken(given.token, token);
    if (isKnown && (given.scheme === 'bearer' || isForBrowsers)) return next();
    if (!isForBrowsers || !loopback) {
      context.header('www-authenticate', isForBrowsers ? `${BEARER}, ${BASIC}` : BEARER);
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
