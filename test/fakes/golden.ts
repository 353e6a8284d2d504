import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** Compares what would be sent with a golden file. @throws AssertionError with the difference */
export function assertGolden(actual: unknown, file: URL): void {
  assert.deepEqual(JSON.parse(JSON.stringify(actual)), JSON.parse(readFileSync(file, 'utf8')));
}

/** Compares a text with a golden file, byte by byte. @throws AssertionError with the difference */
export function assertGoldenText(actual: string, file: URL): void {
  assert.equal(actual, readFileSync(file, 'utf8'));
}
