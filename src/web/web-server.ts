import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { Failure, messageOf } from '../model/failure.ts';

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
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info) => {
      const shown = info.family === 'IPv6' ? `[${info.address}]` : info.address;
      resolve({ url: `http://${shown}:${info.port}`, close });
    });
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
