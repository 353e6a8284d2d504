import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

const folder = join(import.meta.dirname, '..', 'test', 'bench');
const [name, ...args] = process.argv.slice(2);

if (name === undefined || !existsSync(join(folder, `${name}.ts`))) {
  const names = globSync('*.ts', { cwd: folder, exclude: (path) => path.endsWith('.test.ts') });
  const known = names.map((path) => basename(path, '.ts')).toSorted();
  console.error(`usage: npm run bench -- NAME, where NAME is one of: ${known.join(', ')}`);
  process.exit(2);
}

/** A benchmark closes with one line of JSON, so that a machine can read what a person just watched. */
const bench = spawn(process.execPath, [join(folder, `${name}.ts`), ...args], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => bench.kill(signal));
let lastLine = '';
for await (const line of createInterface({ input: bench.stdout })) {
  console.log(line);
  lastLine = line;
}
if (bench.exitCode === null) await new Promise((resolve) => bench.once('exit', resolve));
if (bench.exitCode === 0 && !isJson(lastLine)) {
  console.error(`${name} did not close with a line of JSON`);
  process.exit(1);
}
process.exitCode = bench.exitCode ?? 1;

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
