import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What a scrape is answered; the content type is that of Prometheus text unless `headers` are given. */
export interface PageAnswer {
  readonly status?: number;
  readonly text?: string;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers never. */
  readonly hang?: boolean;
}

export interface MetricsPage {
  readonly url: string;
  /** Every request, in order. */
  readonly received: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

/** An exporter on a loopback socket, over TLS where it is given a certificate; closed at the end of the test. */
export async function startPage(
  t: TestContext,
  answer: (path: string) => PageAnswer,
  certificate?: { readonly key: string; readonly cert: string },
): Promise<MetricsPage> {
  const received: MetricsPage['received'] = [];
  const listener: RequestListener = (request, response) => {
    const path = request.url ?? '/';
    received.push({ path, headers: request.headers });
    const { status = 200, text = '', body, headers, hang } = answer(path);
    if (hang === true) return;
    response.writeHead(status, headers ?? { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(body ?? text);
  };
  const server = certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, received };
}
