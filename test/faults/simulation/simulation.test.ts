import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REGRESSION_SEEDS } from './regression-seeds.ts';
import { runSeed, type Outcome } from './run-seed.ts';
import { describeFailure } from './run-seeds.ts';

const SEEDS = 500;

/** Fails with what a person needs, at the first seed that broke a promise. */
async function passes(outcome: Outcome): Promise<void> {
  if (outcome.violation !== undefined) assert.fail((await describeFailure(outcome)).join('\n'));
}

test(`${SEEDS} worlds of faults: every line is stored once, and the ledger says so`, async () => {
  let faults = 0;
  let lines = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = await runSeed(seed);
    await passes(outcome);
    faults += outcome.faults;
    lines += outcome.lines;
  }
  assert.ok(faults > 4000 && lines > 15_000, `${faults} faults, ${lines} lines`);
});

test('the worlds that once failed do not any more', async () => {
  for (const { seed } of REGRESSION_SEEDS) await passes(await runSeed(seed));
});

test('a world is a function of its seed', async () => {
  for (let seed = 1; seed <= 15; seed++) {
    const first = await runSeed(seed);
    const second = await runSeed(seed);
    assert.equal(second.hash, first.hash, `seed ${seed}`);
  }
});

test('other seeds are other worlds', async () => {
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 10; seed++) hashes.add((await runSeed(seed)).hash);
  assert.equal(hashes.size, 10);
});
