import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Octopus servers in a process of their own. */
export interface Servers {
  readonly urls: readonly string[];
  /** The authority of their certificates: a PEM file. */
  readonly caFile: string;
  stop(): void;
}

/** Starts so many servers; `broken` is the share of them that never answers, or answers HTML. */
export async function startServers(instances: number, broken: number): Promise<Servers> {
  const args = ['--instances', String(instances), '--broken', String(broken)];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'servers.ts'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { ports, caFile }: { ports: number[]; caFile: string } = JSON.parse(line);
    return {
      urls: ports.map((port) => `https://127.0.0.1:${port}`),
      caFile,
      stop: () => child.stdin.end(),
    };
  }
  throw new Error('the servers ended before they listened');
}
