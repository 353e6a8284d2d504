import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

// Loaded into an agent by `node --import`, it lets its clock differ from the machine's by what stands in a file.

/** The environment variable that names the file. */
export const CLOCK_FILE = 'FAULTS_CLOCK_FILE';
const LOOK_MS = 20;

/** Sets how far the clock of the agent that reads `file` is ahead, s; it jumps within 20 ms. */
export function setClock(file: string, aheadSeconds: number): void {
  writeFileSync(`${file}.new`, String(aheadSeconds));
  renameSync(`${file}.new`, file);
}

function shift(file: string): void {
  const realNow = Date.now.bind(Date);
  let aheadMs = 0;
  setInterval(() => {
    if (existsSync(file)) aheadMs = Number(readFileSync(file, 'utf8')) * 1000;
  }, LOOK_MS).unref();
  Date.now = () => realNow() + aheadMs;
}

const file = process.env[CLOCK_FILE];
if (file !== undefined) shift(file);
