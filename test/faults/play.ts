import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { POLL_COLLECTORS } from '../../src/config/schema.ts';
import { SeededRandom } from '../../src/simulator/random.ts';
import type { TestConfig } from '../acceptance/daemon.ts';
import { createAgent, type Agent } from './agent.ts';
import { openEmbeddedStore } from './embedded-store.ts';
import { startFakeStore } from './fake-store.ts';
import type { FaultRow, FaultWorld } from './fault-row.ts';
import type { FaultStore, StoreKind } from './fault-store.ts';
import { judge, type Verdict } from './judge.ts';
import { openNumberedLog } from './numbered-log.ts';
import type { Profile } from './profile.ts';
import { openRealStore } from './real-store.ts';
import { settle } from './settle.ts';

const NAMESPACE_PREFIX = 'faults';

export interface PlayOptions {
  readonly profile: Profile;
  readonly store: StoreKind;
  /** Base URL, for the real store. */
  readonly elasticsearch?: string;
  readonly seed: string;
}

/** How a row ended. */
export type Played =
  | (Verdict & {
      readonly kind: 'played';
      readonly seconds: number;
      readonly note: string;
      readonly lastWords: string;
    })
  | { readonly kind: 'skipped'; readonly why: string };

/** Plays one row from its first line to the verdict; leaves nothing behind. @throws Error when it cannot be played */
export async function play(row: FaultRow, options: PlayOptions): Promise<Played> {
  const startedAt = performance.now();
  const directory = await mkdtemp(join(tmpdir(), 'octowatch-faults-'));
  await using cleanUps = new AsyncDisposableStack();
  cleanUps.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  const made = await row.setUp?.(directory);
  if (typeof made === 'string') return { kind: 'skipped', why: made };
  if (made !== undefined) cleanUps.defer(made.close);
  const world = await openWorld(row, options, directory, cleanUps, made?.instances);
  const note = await run(row, world);
  const settled = await settle(world, row);
  const verdict = await judge(world, row, settled);
  const seconds = (performance.now() - startedAt) / 1000;
  const words = verdict.problems.length === 0 ? '' : lastWords(world.agent);
  return { kind: 'played', ...verdict, note: note ?? '', seconds, lastWords: words };
}

async function run(row: FaultRow, world: FaultWorld): Promise<string | void> {
  await world.agent.start();
  if (row.poisonEvery !== undefined) await world.store.set({ kind: 'poison', every: row.poisonEvery });
  await world.log.resume();
  await sleep(world.profile.calm * 1000);
  try {
    return await row.run(world);
  } catch (error) {
    throw new Error(`${row.name}: ${String(error)}\n${lastWords(world.agent)}`, { cause: error });
  }
}

async function openWorld(
  row: FaultRow,
  { profile, store: kind, elasticsearch = '', seed }: PlayOptions,
  directory: string,
  cleanUps: AsyncDisposableStack,
  others: readonly object[] = [],
): Promise<FaultWorld> {
  const random = new SeededRandom(`${seed} ${row.name}`);
  const namespace = `${NAMESPACE_PREFIX}${random.hex(8)}`;
  const store = cleanUps.use(
    await openStore(kind, { elasticsearch, namespace, directory, seed: `${seed} ${row.name}` }),
  );
  const log = cleanUps.use(
    openNumberedLog({
      directory: join(directory, 'logs'),
      stamps: row.stamps ?? { kind: 'now' },
      linesPerSecond: profile.linesPerSecond,
    }),
  );
  const drilled = { tenant: 'drill', files: { 'octopus-server-log': [log.file] }, ...row.instance };
  const config = { ...configOf([drilled, ...others], store, namespace), ...row.config };
  const agent = cleanUps.use(createAgent(directory, config, row.env?.(directory) ?? {}));
  return { directory, profile, random, store, log, agent };
}

function openStore(
  kind: StoreKind,
  at: { elasticsearch: string; namespace: string; directory: string; seed: string },
): Promise<FaultStore> {
  if (kind === 'fake') return startFakeStore(at.seed);
  if (kind === 'real') return openRealStore(at.elasticsearch, at.namespace);
  return Promise.resolve(openEmbeddedStore(join(at.directory, 'data')));
}

/** Nothing is polled: all documents are of lines, so that they can be counted exactly. */
function configOf(instances: readonly object[], store: FaultStore, namespace: string): TestConfig {
  return {
    namespace,
    fleet: { instances },
    collectors: {
      'octopus-server-log': { read_from: 'beginning' },
      ...Object.fromEntries(POLL_COLLECTORS.map((name) => [name, { enabled: false }])),
    },
    rules: { files: [] },
    store: store.config,
  };
}

/** The last warnings of the agent, for whoever looks for the reason. */
function lastWords(agent: Agent): string {
  return agent
    .log()
    .filter(({ level, msg }) => level >= 40 || /truncated|works again/.test(msg))
    .slice(-15)
    .map((entry) => `    ${JSON.stringify(entry)}`)
    .join('\n');
}
