import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allRows } from './all-rows.ts';
import type { StoreKind } from './fault-store.ts';
import { progressLine } from './fault-table.ts';
import { play } from './play.ts';
import { QUICK } from './profile.ts';
import { playsOf } from './run-rows.ts';

// The table of `npm run faults`, shortened. Most of a row is waiting: five at a time keep two cores busy.

const seed = process.env['FAULTS_SEED'] ?? Date.now().toString(36);
const elasticsearch = process.env['ES_URL'] ?? '';
const stores: readonly StoreKind[] = [
  'fake',
  'embedded',
  ...(elasticsearch === '' ? [] : (['real'] as const)),
];

describe(`faults (FAULTS_SEED=${seed})`, { concurrency: 5 }, () => {
  for (const { row, store } of playsOf(allRows(QUICK, seed), stores, true)) {
    test(`${row.title(QUICK)}: every line is stored once (${row.name}, ${store})`, async (t) => {
      const played = await play(row, { profile: QUICK, store, seed, elasticsearch });
      if (played.kind === 'skipped') return t.skip(played.why);
      assert.deepEqual(played.problems, [], progressLine({ row, store, played }));
    });
  }
});
