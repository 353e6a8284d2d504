import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '..');

/** What must hold beside the tests. A check passes when its command exits with 0. */
const checks: readonly { readonly name: string; readonly command: readonly [string, ...string[]] }[] = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'lint', command: ['oxlint', '--deny-warnings'] },
  { name: 'types', command: ['tsc'] },
  { name: 'dead code', command: ['knip'] },
  { name: 'docs', command: ['node', 'scripts/check-docs.ts'] },
  { name: 'reference pages', command: ['node', 'scripts/docs.ts', '--check'] },
];

type Outcome = { readonly name: string; readonly output: string; readonly ok: boolean; readonly ms: number };

async function runCheck({ name, command: [tool, ...args] }: (typeof checks)[number]): Promise<Outcome> {
  const start = performance.now();
  const PATH = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
  const child = spawn(tool, args, {
    cwd: root,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.once('error', () => resolve(false));
  child.once('close', (code) => resolve(code === 0));
  const [stdout, stderr, ok] = await Promise.all([text(child.stdout), text(child.stderr), promise]);
  return { name, output: (stdout + stderr).trim(), ok, ms: performance.now() - start };
}

let failed = 0;
for (const outcome of checks.map(runCheck)) {
  const { name, output, ok, ms } = await outcome;
  if (!ok) {
    failed += 1;
    console.log(output);
  }
  console.log(`${ok ? '✔' : '✖'} ${name} (${(ms / 1000).toFixed(1)} s)`);
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
