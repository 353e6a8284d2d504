import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { Failure, messageOf } from '../model/failure.ts';

/** How long a client may take to send a request, ms. */
const SENDING_MS = { headersTimeout: 10_000, requestTimeout: 30_000 };
/** How long nothing may move on a connection, ms: a little more than the longest query takes. */
const IDLE_MS = 130_000;
/** As many as Prometheus has. */
const MAX_CONNECTIONS = 512;

/** A listening server. */
export interface WebServer {
  /** `http://127.0.0.1:9464` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens on `host:port` (port 0: any free one).
 * @throws Failure `invalid` when the address is taken or not ours
 */
export function listen(app: Hono, address: string): Promise<WebServer> {
  const { host, port } = splitAddress(address);
  return new Promise((resolve, reject) => {
    const options = { fetch: app.fetch, hostname: host, port, serverOptions: SENDING_MS };
    const server = serve(options, (info) => {
      const shown = info.family === 'IPv6' ? `[${info.address}]` : info.address;
      resolve({ url: `http://${shown}:${info.port}`, close });
    });
    server.setTimeout(IDLE_MS);
    server.maxConnections = MAX_CONNECTIONS;
    server.once('error', (error) => {
      reject(
        new Failure(
          'invalid',
          `web.listen ${address}: ${messageOf(error)} (another octowatch? choose another port)`,
        ),
      );
    });
    function close(): Promise<void> {
      return new Promise((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    }
  });
}

/** The host and port of `host:port`; an IPv6 host may stand in brackets. */
export function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}
