import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { SeededRandom } from '../../src/simulator/random.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import type { Agent } from './agent.ts';
import type { FaultRow, FaultWorld } from './fault-row.ts';
import type { RollupCounts } from './fault-store.ts';
import { judge, type Verdict } from './judge.ts';
import { LINE_BYTES, numberedLine } from './numbered-line.ts';
import type { NumberedLog } from './numbered-log.ts';
import { FULL } from './profile.ts';
import type { Range } from './ranges.ts';
import type { StoredCounts } from './stored-lines.ts';

const WRITTEN = 10;
const FINE: StoredCounts = { distinct: WRITTEN, doubled: 0, missing: [], backwards: 0, spanMs: 1 };

interface Scene {
  readonly stored?: Partial<StoredCounts>;
  readonly documents?: number;
  readonly rollups?: RollupCounts;
  readonly dead?: readonly number[];
  readonly exposed?: readonly Range[];
  readonly countedBytes?: number;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly row?: Partial<FaultRow>;
}

/** Ten lines were written, and what is said of them is judged. */
function judgeScene(t: TestContext, scene: Scene): Promise<Verdict> {
  const directory = temporaryDirectory();
  const letters = join(directory, 'data', 'dead-letters');
  mkdirSync(letters, { recursive: true });
  writeFileSync(
    join(letters, 'current.ndjson'),
    (scene.dead ?? []).map((number) => numberedLine(0, number)).join(''),
  );
  const told = {
    msg: 'log bytes were destroyed before they were read',
    level: 40,
    bytes: scene.countedBytes,
  };
  const world: FaultWorld = {
    directory,
    profile: FULL,
    random: new SeededRandom('test'),
    log: {} as NumberedLog,
    store: {
      config: {},
      set: () => Promise.resolve(),
      current: () => Promise.resolve('none'),
      rollOver: () => Promise.resolve(),
      stored: () => Promise.resolve(WRITTEN),
      counts: () => Promise.resolve({ ...FINE, ...scene.stored }),
      documents: () => Promise.resolve(scene.documents),
      rollups: () => Promise.resolve(scene.rollups),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    agent: { log: () => (scene.countedBytes === undefined ? [] : [told]) } as unknown as Agent,
  };
  const row: FaultRow = {
    name: 'r',
    title: () => 'r',
    stores: [],
    run: () => Promise.resolve(),
    ...scene.row,
  };
  const metrics = new Map(Object.entries(scene.metrics ?? {}));
  const log = { written: WRITTEN, exposed: scene.exposed ?? [] };
  return judge(world, row, { log, metrics, documents: scene.documents, drainSeconds: 0 });
}

const missing = (first: number, last: number): Partial<StoredCounts> => ({
  distinct: WRITTEN - (last - first + 1),
  missing: [[first, last]],
});

describe('the judge', () => {
  const GOOD: Readonly<Record<string, Scene>> = {
    'every line stored once': {},
    'destroyed lines missing, none counted by the agent': { stored: missing(3, 4), exposed: [[2, 5]] },
    'destroyed lines missing, all counted': {
      stored: missing(3, 4),
      exposed: [[3, 4]],
      countedBytes: 2 * LINE_BYTES,
      row: { sawDestroyed: true },
    },
    'poisoned lines among the dead letters': {
      stored: missing(9, 9),
      dead: [9],
      row: { poisonEvery: WRITTEN },
    },
    'a ledger and rollups that agree': {
      documents: WRITTEN + 2,
      rollups: { documents: 2, requests: WRITTEN },
      metrics: {
        'octowatch_ledger_documents{outcome="delivered"}': WRITTEN + 2,
        octowatch_ledger_imbalance: 0,
      },
    },
  };
  for (const [what, scene] of Object.entries(GOOD))
    test(`lets pass: ${what}`, async (t) => assert.deepEqual((await judgeScene(t, scene)).problems, []));

  const BAD: Readonly<Record<string, readonly [Scene, RegExp]>> = {
    'a missing line': [{ stored: missing(3, 3) }, /^1 lost/],
    'a line missing beside destroyed ones': [{ stored: missing(3, 6), exposed: [[4, 9]] }, /^1 lost/],
    'a doubled line': [{ stored: { doubled: 1 } }, /1 doubled/],
    'more bytes counted than destroyed': [{ countedBytes: 1 }, /the agent counted 1/],
    'fewer bytes counted than were seen': [
      { stored: missing(3, 4), exposed: [[3, 4]], countedBytes: LINE_BYTES, row: { sawDestroyed: true } },
      /the agent counted/,
    ],
    'a dead letter that nobody poisoned': [{ stored: missing(3, 3), dead: [3] }, /dead letters, 0/],
    'a poisoned line twice among them': [
      { stored: missing(9, 9), dead: [9, 9], row: { poisonEvery: WRITTEN } },
      /^2 dead letters, 1/,
    ],
    'a ledger out of balance': [{ metrics: { octowatch_ledger_imbalance: 1 } }, /imbalance is 1/],
    'a ledger that delivered more': [
      { documents: WRITTEN, metrics: { 'octowatch_ledger_documents{outcome="delivered"}': WRITTEN + 1 } },
      /has 11 delivered/,
    ],
    'a ledger with refused lines': [
      { metrics: { 'octowatch_ledger_documents{outcome="refused"}': 2 } },
      /2 refused/,
    ],
    'rollups of other requests': [{ rollups: { documents: 1, requests: WRITTEN - 1 } }, /rollups count 9/],
    'what the row itself finds': [{ row: { check: () => ['wrong order'] } }, /wrong order/],
  };
  for (const [what, [scene, problem]] of Object.entries(BAD))
    test(`tells: ${what}`, async (t) =>
      assert.match((await judgeScene(t, scene)).problems.join('; '), problem));
});
