import type { Clock } from '../model/ports.ts';
import { createBelievedList, type BelievedList, type BelievedListOptions } from './believed-list.ts';
import type { Discoverer } from './discoverer.ts';
import { firstOf } from './first-of.ts';
import { STATIC, type Instance } from './instance.ts';
import { merge, type Double } from './merge.ts';

/** The least time between two questions, ms: what tells of changes may tell of many. */
const PAUSE_MS = 1000;

/** Where instances come from; of two sources that have a tenant the first is believed, the list before all. */
export interface FleetSources {
  /** `fleet.instances`. */
  readonly listed: readonly Omit<Instance, 'discovery'>[];
  readonly discoverers: readonly Discoverer[];
}

export interface FleetOptions extends BelievedListOptions {
  /** Called after a source changed the instances. */
  readonly onChange: () => void;
}

/** Every instance that is watched, from wherever it is known. */
export interface LiveFleet {
  /** As they are believed now; the same array until something changes. */
  instances(): readonly Instance[];
  /** Whether each source has told of its instances, now or before the restart: what is then unknown is gone. */
  isSettled(): boolean;
  /** Takes up the lists from before the restart; call it once, before everything else. */
  restore(): Promise<void>;
  /** The sources from now on; what a source that stays told is believed on. */
  configure(sources: FleetSources): void;
  /** Asks every source at its interval until the signal. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

interface Source {
  readonly discoverer: Discoverer;
  readonly list: BelievedList;
  readonly stop: AbortController;
}

/** A fleet of these sources; nothing is asked before `run`. */
export function createFleet(initial: FleetSources, options: FleetOptions): LiveFleet {
  const { clock, log, metrics, onChange } = options;
  let { listed } = initial;
  let sources = new Map<string, Source>();
  let current: readonly Instance[] = [];
  /** Tenants by the names of two sources that have them. */
  const reported = new Map<string, string>();
  let life: AbortSignal | undefined;
  const loops = new Set<Promise<void>>();

  function configure(next: FleetSources): void {
    ({ listed } = next);
    const before = sources;
    sources = new Map(next.discoverers.map((each) => [each.name, sourceOf(each, before.get(each.name))]));
    for (const [name, { stop, list }] of before) {
      if (sources.has(name)) continue;
      stop.abort();
      void list.forget();
    }
    refresh();
  }

  function sourceOf(discoverer: Discoverer, known: Source | undefined): Source {
    if (known?.discoverer.settings === discoverer.settings) return known;
    known?.stop.abort();
    const list = known?.list ?? createBelievedList(discoverer.name, options);
    const source = { discoverer, list, stop: new AbortController() };
    begin(source);
    return source;
  }

  function begin({ discoverer, list, stop }: Source): void {
    if (life === undefined || life.aborted) return;
    const loop = follow(discoverer, list, AbortSignal.any([life, stop.signal]));
    loops.add(loop);
    void loop.finally(() => loops.delete(loop));
  }

  async function follow(discoverer: Discoverer, list: BelievedList, signal: AbortSignal): Promise<void> {
    await list.restore();
    const waker = watch(discoverer);
    while (!signal.aborted) {
      const changed = await list.look(discoverer, signal);
      if (changed && !signal.aborted && refresh()) onChange();
      await waker.wait(clock, signal);
    }
    waker.end();
    await discoverer.close?.();
  }

  /** Whether the instances changed. */
  function refresh(): boolean {
    const lists = [...sources.values()].map(({ list }) => list.instances() ?? []);
    const own = listed.map((instance) => ({ ...instance, discovery: STATIC }));
    const { instances, doubles } = merge([own, ...lists]);
    metrics.set('octowatch_fleet_instances', listed.length, { discovery: STATIC });
    report(doubles);
    if (JSON.stringify(instances) === JSON.stringify(current)) return false;
    current = instances;
    return true;
  }

  /** Says which sources have tenants of another one, as often as that changes. */
  function report(doubles: readonly Double[]): void {
    const pairs = Map.groupBy(doubles, ({ believed, ignored }) => `${believed} ${ignored}`);
    for (const [pair, members] of pairs) {
      const tenants = members.map(({ tenant }) => tenant);
      const [first] = members;
      if (first !== undefined && reported.get(pair) !== tenants.join())
        log.warn(
          { believed: first.believed, ignored: first.ignored, tenants: firstOf(tenants) },
          'two sources have the same tenants: the first one is believed',
        );
      reported.set(pair, tenants.join());
    }
    for (const pair of reported.keys()) if (!pairs.has(pair)) reported.delete(pair);
  }

  async function run(signal: AbortSignal): Promise<void> {
    life = signal;
    for (const source of sources.values()) begin(source);
    if (!signal.aborted) await aborted(signal);
    await Promise.all(loops);
  }

  async function restore(): Promise<void> {
    await Promise.all([...sources.values()].map(({ list }) => list.restore()));
    refresh();
  }

  configure(initial);
  return {
    instances: () => current,
    isSettled: () => [...sources.values()].every(({ list }) => list.instances() !== undefined),
    restore,
    configure,
    run,
  };
}

/** Waits for the next turn of a discoverer: its interval, or what it tells of earlier. */
function watch({ intervalMs, watch: begin }: Discoverer): {
  wait(clock: Clock, signal: AbortSignal): Promise<void>;
  end(): void;
} {
  let hasChanged = false;
  let wake: (() => void) | undefined;
  const end = begin?.(() => {
    hasChanged = true;
    wake?.();
  });

  async function wait(clock: Clock, signal: AbortSignal): Promise<void> {
    await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
    const woken = new AbortController();
    wake = () => woken.abort();
    if (hasChanged) wake();
    await clock
      .sleep(Math.max(0, intervalMs - PAUSE_MS), AbortSignal.any([signal, woken.signal]))
      .catch(() => undefined);
    wake = undefined;
    hasChanged = false;
  }

  return { wait, end: () => end?.() };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
