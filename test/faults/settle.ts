import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRow, FaultWorld } from './fault-row.ts';
import type { LogState } from './log-worker.ts';
import { sizeOf } from './ranges.ts';
import { isPoisoned } from './store-fault.ts';

/** A sender that failed often waits 30 s, and one answer may take 30 s more. */
const DEADLINE_MS = 100_000;
const CALM_MS = 1500;
const PAUSE_MS = 250;

/** The world after the fault, at rest. */
export interface Settled {
  readonly log: LogState;
  /** The agent's own metrics, right before it was stopped. */
  readonly metrics: ReadonlyMap<string, number>;
  /** The documents of the store at that moment; undefined where it cannot tell. */
  readonly documents: number | undefined;
  /** From the last line to the last document, s; undefined when it never came. */
  readonly drainSeconds: number | undefined;
}

/** Ends fault and writing, waits until nothing moves any more, and stops the agent. */
export async function settle(world: FaultWorld, row: FaultRow): Promise<Settled> {
  const { log, agent, store } = world;
  const state = await log.pause();
  if (row.poisonEvery === undefined) await store.set({ kind: 'none' });
  if (!agent.isRunning) await agent.start();
  const startedAt = performance.now();
  const poisoned = poisonedOf(state.written, row);
  const expected = state.written - sizeOf(state.exposed) - poisoned;
  const isRolledUp = async (stored: number): Promise<boolean> =>
    !waitsForRollups(world, row) ||
    ((await store.rollups())?.requests ?? stored + poisoned) >= stored + poisoned;
  let [last, changedAt] = [-1, startedAt];
  while (performance.now() - startedAt < DEADLINE_MS) {
    const stored = await store.stored();
    if (stored !== last) [last, changedAt] = [stored, performance.now()];
    const isCalm = performance.now() - changedAt >= CALM_MS;
    const isDone = isCalm && stored >= expected && (await isRolledUp(stored));
    if (isDone && (row.polls === true || (await pendingBytes(agent)) === 0)) break;
    await sleep(PAUSE_MS);
  }
  const isInTime = performance.now() - startedAt < DEADLINE_MS;
  const accounts = await accountsOf(world, row);
  await agent.stop();
  return { log: state, ...accounts, drainSeconds: isInTime ? (changedAt - startedAt) / 1000 : undefined };
}

/** The agent's account and the store's, while nothing moves: a rollup may be on its way, as windows close at any time. */
async function accountsOf(
  { agent, store }: FaultWorld,
  { polls = false }: FaultRow,
): Promise<Pick<Settled, 'metrics' | 'documents'>> {
  for (const until = performance.now() + CALM_MS * 4; ;) {
    const before = await store.documents();
    await sleep(PAUSE_MS);
    const metrics = await agent.metrics();
    const documents = await store.documents();
    if (polls || documents === before || performance.now() > until) return { metrics, documents };
  }
}

/** Whether rollups must be complete: it takes a window and 5 s more until they are. */
export function waitsForRollups({ profile }: FaultWorld, row: FaultRow): boolean {
  return profile.name === 'full' || row.waitsForRollups === true;
}

function poisonedOf(written: number, { poisonEvery }: FaultRow): number {
  if (poisonEvery === undefined) return 0;
  let poisoned = 0;
  for (let number = 0; number < written; number++) if (isPoisoned(number, poisonEvery)) poisoned++;
  return poisoned;
}

async function pendingBytes(agent: FaultWorld['agent']): Promise<number | undefined> {
  const metrics = await agent.metrics().catch(() => undefined);
  return metrics?.get('octowatch_spool_pending_bytes');
}
