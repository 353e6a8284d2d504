import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * How long `npm start` takes with 25 instances: until it is ready, and until the first page is on the console phone,
 * both from the start of the process. The process also simulates the fleet; its memory counts that too.
 */
const TENANTS = 25;
const DEADLINE_MS = 180_000;
const POLL_MS = 50;

const main = join(import.meta.dirname, '../../src/main.ts');
const startedAt = performance.now();
const child = spawn(
  process.execPath,
  [main, 'demo', '--tenants', String(TENANTS), '--listen', '127.0.0.1:0'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: AbortSignal.timeout(DEADLINE_MS),
  },
);
const seconds = (): number => Math.round((performance.now() - startedAt) / 10) / 100;

let readyAfter = Number.NaN;
let firstPageAfter = Number.NaN;
for await (const line of createInterface({ input: child.stdout })) {
  console.log(line);
  const url = /http:\/\/\S+/.exec(line)?.[0];
  if (url !== undefined && Number.isNaN(readyAfter)) readyAfter = await untilReady(url);
  if (!line.startsWith('PAGE ')) continue;
  firstPageAfter = seconds();
  break;
}
if (Number.isNaN(firstPageAfter)) throw new Error('the agent ended before its first page');
const memory =
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
child.kill('SIGTERM');
console.log(
  JSON.stringify({
    bench: 'start',
    instances: TENANTS,
    ready_s: readyAfter,
    first_page_s: firstPageAfter,
    rss_mib: Math.round(memory),
  }),
);

async function untilReady(url: string): Promise<number> {
  for (;;) {
    const response = await fetch(`${url}/-/ready`);
    if (response.ok) return seconds();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
