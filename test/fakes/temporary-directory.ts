import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A new folder on the real disk, removed at the end of the test. */
export function temporaryDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'octowatch-test-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
