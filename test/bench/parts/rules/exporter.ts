import { createServer } from 'node:http';
import { page, tenantName, TICK_MS } from './workload.ts';

/**
 * Serves the pages of all tenants to a Prometheus, `/t/N` each, as of the time that has passed since the start; prints
 * its port. Ends with its standard input.
 */
const started = Date.now();
const server = createServer((request, response) => {
  const index = Number(request.url?.split('/').at(-1));
  const tick = Math.floor((Date.now() - started) / TICK_MS);
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
  response.end(pageText(index, tick));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : address);
});
process.stdin.on('end', () => process.exit(0)).resume();

function pageText(index: number, tick: number): string {
  const tenant = tenantName(index);
  const lines = page(index, tick).flatMap(({ labels, values }) => {
    const set = Object.entries({ tenant, ...labels }).map(([name, value]) => `${name}="${value}"`);
    return Object.entries(values).map(([name, value]) => `${name}{${set.join(',')}} ${value}\n`);
  });
  return lines.join('');
}
