import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from './agent.ts';
import type { FaultRow, FaultWorld } from './fault-row.ts';
import type { RollupCounts } from './fault-store.ts';
import { LINE_BYTES, numberIn } from './numbered-line.ts';
import { intersection, sizeOf, type Range } from './ranges.ts';
import { waitsForRollups, type Settled } from './settle.ts';
import { isPoisoned } from './store-fault.ts';
import type { StoredCounts } from './stored-lines.ts';

/** What became of the lines of a row. */
export interface Verdict {
  readonly lines: number;
  readonly lost: number;
  readonly doubled: number;
  /** Bytes that were truncated away and are in no document. */
  readonly destroyedBytes: number;
  /** The same as the agent counted it. */
  readonly countedDestroyedBytes: number;
  readonly deadLettered: number;
  /** From the last line to the last document, s. */
  readonly drainSeconds: number | undefined;
  /** What is wrong; empty when the row passed. */
  readonly problems: readonly string[];
}

/** Compares what was written with what is stored and with what the agent says. */
export async function judge(
  world: FaultWorld,
  row: FaultRow,
  { log, metrics, documents, drainSeconds }: Settled,
): Promise<Verdict> {
  const { written, exposed } = log;
  const counts = await world.store.counts(written);
  const rollups = await world.store.rollups();
  const dead = deadLetters(world.directory);
  const missing = without(counts.missing, new Set(dead));
  const destroyed = intersection(missing, exposed);
  const lost = sizeOf(missing) - sizeOf(destroyed);
  const destroyedBytes = sizeOf(destroyed) * LINE_BYTES;
  const countedDestroyedBytes = destroyedByLog(world.agent);
  const problems = [
    ...lossProblems(lost, missing, counts),
    ...deadLetterProblems(dead, written, row),
    ...destroyedProblems(destroyedBytes, countedDestroyedBytes, row),
    ...ledgerProblems(metrics, documents, dead.length, row),
    ...(waitsForRollups(world, row) ? rollupProblems(rollups, counts.distinct + dead.length) : []),
    ...(row.check?.(counts, written) ?? []),
  ];
  return {
    lines: written,
    lost,
    doubled: counts.doubled,
    destroyedBytes,
    countedDestroyedBytes,
    deadLettered: dead.length,
    drainSeconds,
    problems,
  };
}

/** The line numbers in the dead letters, rising. */
function deadLetters(directory: string): number[] {
  const files = ['previous.ndjson', 'current.ndjson'].map((name) =>
    join(directory, 'data', 'dead-letters', name),
  );
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').map(numberIn))
    .filter((number) => number !== undefined)
    .toSorted((a, b) => a - b);
}

/** What the agent told of bytes that were destroyed, in all its lives. */
function destroyedByLog(agent: Agent): number {
  return agent
    .log()
    .filter(({ msg }) => msg === 'log bytes were destroyed before they were read')
    .reduce((sum, { bytes }) => sum + Number(bytes), 0);
}

function without(ranges: readonly Range[], numbers: ReadonlySet<number>): Range[] {
  if (numbers.size === 0) return [...ranges];
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index)
      .filter((number) => !numbers.has(number))
      .map((number): Range => [number, number]),
  );
}

function* lossProblems(lost: number, missing: readonly Range[], { doubled }: StoredCounts): Iterable<string> {
  if (lost > 0)
    yield `${lost} lost, missing are ${missing
      .slice(0, 5)
      .map((range) => range.join('–'))
      .join(', ')} …`;
  if (doubled > 0) yield `${doubled} doubled`;
}

function* deadLetterProblems(
  dead: readonly number[],
  written: number,
  { poisonEvery }: FaultRow,
): Iterable<string> {
  const expected = Array.from({ length: written }, (_, number) => number).filter(
    (number) => poisonEvery !== undefined && isPoisoned(number, poisonEvery),
  );
  if (dead.join() !== expected.join()) yield `${dead.length} dead letters, ${expected.length} were poisoned`;
}

function* destroyedProblems(bytes: number, counted: number, { sawDestroyed }: FaultRow): Iterable<string> {
  if (sawDestroyed === true ? counted !== bytes : counted > bytes)
    yield `${bytes} bytes were destroyed unread, the agent counted ${counted}`;
}

/** The agent's own account, where it exports one. */
function* ledgerProblems(
  metrics: ReadonlyMap<string, number>,
  stored: number | undefined,
  dead: number,
  { polls = false }: FaultRow,
): Iterable<string> {
  const of = (outcome: string): number | undefined =>
    metrics.get(`octowatch_ledger_documents{outcome="${outcome}"}`);
  const imbalance = metrics.get('octowatch_ledger_imbalance') ?? 0;
  if (imbalance !== 0) yield `the ledger's imbalance is ${imbalance}`;
  const [delivered = stored, deadLettered = dead] = [of('delivered'), of('dead_lettered')];
  if (stored !== undefined && (polls ? Number(delivered) > stored : delivered !== stored))
    yield `${stored} documents are stored, the ledger has ${delivered} delivered`;
  for (const outcome of ['refused', 'dropped'])
    if ((of(outcome) ?? 0) !== 0) yield `the ledger has ${of(outcome)} ${outcome}`;
  if (deadLettered !== dead) yield `${dead} dead letters, the ledger has ${deadLettered}`;
}

function* rollupProblems(rollups: RollupCounts | undefined, read: number): Iterable<string> {
  if (rollups !== undefined && rollups.requests !== read)
    yield `rollups count ${rollups.requests} requests, ${read} were read`;
}
