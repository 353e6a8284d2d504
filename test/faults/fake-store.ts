import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FaultStore, RollupCounts } from './fault-store.ts';
import type { StoreFault } from './store-fault.ts';
import type { StoredCounts } from './stored-lines.ts';

const PROGRAM = fileURLToPath(new URL('./counting-elasticsearch.ts', import.meta.url));

interface ControlAnswer extends StoredCounts {
  readonly documents: number;
  readonly rollups?: RollupCounts;
  readonly fault: StoreFault['kind'];
}

/** Starts a counting Elasticsearch as a process of its own; its faults draw from `seed`. */
export async function startFakeStore(seed: string): Promise<FaultStore & { readonly url: string }> {
  const child = spawn(process.execPath, [PROGRAM, seed], { stdio: ['ignore', 'pipe', 'inherit'] });
  const orphaned = (): void => void child.kill('SIGKILL');
  process.once('exit', orphaned);
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  async function control(action: string, body?: object): Promise<ControlAnswer> {
    const response = await fetch(`${url}/_ctl/${action}`, {
      signal: AbortSignal.timeout(20_000),
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the fake answers ${response.status} to ${action}`);
    return JSON.parse(await response.text());
  }
  return {
    url,
    config: { elasticsearch: { nodes: [url] } },
    set: async (fault) => void (await control('fault', fault)),
    current: async () => (await control('look')).fault,
    rollOver: async () => void (await control('rollover', {})),
    async stored() {
      const { distinct, doubled } = await control('look');
      return distinct + doubled;
    },
    counts: (written) => control(`look?written=${written}`),
    documents: async () => (await control('look')).documents,
    rollups: async () => (await control('look')).rollups,
    async [Symbol.asyncDispose]() {
      process.removeListener('exit', orphaned);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
