import type { FaultRow } from './fault-row.ts';
import type { StoreKind } from './fault-store.ts';
import { play, type Played, type PlayOptions } from './play.ts';

/** A row, and the store that it is played against. */
export interface RowOnStore {
  readonly row: FaultRow;
  readonly store: StoreKind;
}

/** How a row ended; why, when it could not be played. */
export interface RowResult extends RowOnStore {
  readonly played: Played | { readonly kind: 'broken'; readonly why: string };
}

export interface RunOptions extends Omit<PlayOptions, 'store'> {
  /** Rows played at the same time. */
  readonly jobs: number;
  readonly onResult: (result: RowResult) => void;
}

/** Each row with each of these stores that it is for, or that it is for in a quick run. */
export function playsOf(
  rows: readonly FaultRow[],
  stores: readonly StoreKind[],
  isQuick: boolean,
): RowOnStore[] {
  return stores.flatMap((store) =>
    rows
      .filter((row) => (isQuick ? (row.quick ?? ['fake']) : row.stores).includes(store))
      .map((row) => ({ row, store })),
  );
}

/** Plays rows; results are in their order. */
export async function runRows(
  plays: readonly RowOnStore[],
  { jobs, onResult, ...options }: RunOptions,
): Promise<RowResult[]> {
  const results: RowResult[] = [];
  const queue = plays.entries();
  async function work(): Promise<void> {
    for (const [index, { row, store }] of queue) {
      const result = { row, store, played: await playSafely(row, { ...options, store }) };
      results[index] = result;
      onResult(result);
    }
  }
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

async function playSafely(row: FaultRow, options: PlayOptions): Promise<RowResult['played']> {
  try {
    return await play(row, options);
  } catch (error) {
    return { kind: 'broken', why: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether everything is as promised; a skipped row has not failed. */
export function hasPassed({ played }: RowResult): boolean {
  return played.kind === 'skipped' || (played.kind === 'played' && played.problems.length === 0);
}
