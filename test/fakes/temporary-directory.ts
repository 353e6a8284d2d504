import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();

/**
 * A new folder on the real disk, removed when the test file has ended. (A hook of the test would be the first
 * one to run, while what the later hooks stop still writes into it.)
 */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'octowatch-test-'));
  if (made.size === 0) process.once('exit', removeAll);
  made.add(path);
  return path;
}

function removeAll(): void {
  for (const path of made) rmSync(path, { recursive: true, force: true });
}
