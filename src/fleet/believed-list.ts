import { Failure, messageOf, toFailure } from '../model/failure.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { doubtOf, missingFrom, type Doubt } from './belief.ts';
import type { Discoverer, FoundList, Refusal } from './discoverer.ts';
import { firstOf } from './first-of.ts';
import type { FoundInstance, Instance } from './instance.ts';
import { readKeys, type ReadSecret } from './read-keys.ts';
import { formatSavedList, parseSavedList, type SavedLists } from './saved-list.ts';

const TOLD = 5;

export interface BelievedListOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly saved: SavedLists;
  readonly readSecret: ReadSecret;
  /** Why a tenant id cannot be used, whatever else; undefined when it can. */
  readonly objection?: (tenant: string) => string | undefined;
}

/** What is believed of one source, whatever it answers. */
export interface BelievedList {
  /** Undefined as long as nothing was ever heard of it. */
  instances(): readonly Instance[] | undefined;
  /** Takes up the list that was believed before the restart; once. */
  restore(): Promise<void>;
  /** Asks the source once; whether what is believed may have changed. Never throws. */
  look(discoverer: Discoverer, signal: AbortSignal): Promise<boolean>;
  /** The source is gone from the configuration: its list, also the saved one. Never throws. */
  forget(): Promise<void>;
}

/** Believes a source with care: a failure or an empty list changes nothing, a great loss is seen several times first. */
export function createBelievedList(name: string, options: BelievedListOptions): BelievedList {
  const { clock, log, metrics, saved, readSecret } = options;
  const labels = { discovery: name };
  let believed: readonly FoundInstance[] | undefined;
  let instances: readonly Instance[] | undefined;
  /** Of the newest answer. */
  let refused: readonly Refusal[] = [];
  let doubt: Doubt | undefined;
  let trouble = '';
  let told = '';

  async function restore(): Promise<void> {
    if (believed !== undefined) return;
    const text = await saved.read(name).catch(refusedByDisk);
    const list = text === undefined ? undefined : parseSavedList(text);
    if (list === undefined) return;
    believed = list;
    log.info({ discovery: name, instances: list.length }, 'the last list of a discovery was taken up');
    await refreshKeys();
  }

  async function look(discoverer: Discoverer, signal: AbortSignal): Promise<boolean> {
    try {
      const list = await ask(discoverer, signal);
      doubt = doubtOf(believed ?? [], list.instances, doubt, clock.now());
      if (doubt === undefined) await believe(list);
      else hold(doubt, list);
      succeeded(doubt === undefined ? 'ok' : 'held');
    } catch (error) {
      if (signal.aborted) return false;
      doubt = undefined;
      failed(toFailure(error, 'malformed'));
    }
    await refreshKeys();
    metrics.set('octowatch_fleet_instances_held', doubt?.lost ?? 0, labels);
    return true;
  }

  async function ask(discoverer: Discoverer, signal: AbortSignal): Promise<FoundList> {
    const list = await withDeadline(clock, discoverer.timeoutMs, signal, (until) => discoverer.list(until));
    const checked = withoutObjections(list);
    ({ refused } = checked);
    if (checked.instances.length > 0) return checked;
    throw new Failure(
      'malformed',
      `${name}: no instance was found; the last list is kept (check the selection)`,
    );
  }

  function withoutObjections({ instances: found, refused: unusable }: FoundList): FoundList {
    const objections = found.flatMap(({ tenant }) => {
      const why = options.objection?.(tenant);
      return why === undefined ? [] : [{ what: tenant, why }];
    });
    const bad = new Set(objections.map(({ what }) => what));
    const isFirst = onlyOnce();
    return {
      instances: found.filter((instance) => !bad.has(instance.tenant) && isFirst(instance)),
      refused: [...unusable, ...objections, ...twice(found)],
    };
  }

  async function believe(list: FoundList): Promise<void> {
    const before = believed ?? [];
    believed = list.instances;
    const text = formatSavedList(list.instances);
    if (text === formatSavedList(before)) return;
    report(before, list.instances);
    await saved.write(name, text).catch(refusedByDisk);
  }

  /** Reads the files of keys anew: a secret may have been replaced, whatever the source said. */
  async function refreshKeys(): Promise<void> {
    if (believed === undefined) return tell(refused);
    const known = new Map(
      (instances ?? []).flatMap(({ tenant, apiKey }) =>
        apiKey === undefined ? [] : [[tenant, apiKey] as const],
      ),
    );
    const read = await readKeys(believed, known, readSecret);
    instances = read.instances.map((instance) => ({ ...instance, discovery: name }));
    metrics.set('octowatch_fleet_instances', instances.length, labels);
    tell([...refused, ...read.refused]);
  }

  function report(before: readonly FoundInstance[], after: readonly FoundInstance[]): void {
    const added = missingFrom(before, after);
    const removed = missingFrom(after, before);
    const asleep = after.filter((instance) => instance.asleep).length;
    const fields = { discovery: name, instances: after.length, asleep };
    log.info(
      { ...fields, added: firstOf(added), removed: firstOf(removed) },
      'a discovery changed the fleet',
    );
  }

  function hold({ lost, times }: Doubt, { instances: found }: FoundList): void {
    if (times > 1) return;
    metrics.increment('octowatch_fleet_lists_held_total', labels);
    const gone = firstOf(missingFrom(found, believed ?? []));
    const fields = { discovery: name, instances: believed?.length ?? 0, lost, gone };
    log.warn(
      fields,
      'a discovery lost more than half of its instances at once: its last list is kept for now',
    );
  }

  function succeeded(outcome: 'ok' | 'held'): void {
    count(outcome);
    metrics.set('octowatch_fleet_discovery_last_success_timestamp_seconds', clock.now() / 1000, labels);
    if (trouble !== '') log.info({ discovery: name }, 'a discovery works again');
    trouble = '';
  }

  function failed({ reason, message }: Failure): void {
    count(reason);
    if (message !== trouble)
      log.warn({ discovery: name, reason, error: message }, 'a discovery failed: its last list is kept');
    trouble = message;
  }

  function count(outcome: string): void {
    metrics.increment('octowatch_fleet_discoveries_total', { ...labels, outcome });
  }

  /** Says once what cannot be used. */
  function tell(all: readonly Refusal[]): void {
    metrics.set('octowatch_fleet_instances_refused', all.length, labels);
    const text = JSON.stringify(all);
    if (all.length > 0 && text !== told)
      log.warn(
        { discovery: name, instances: all.length, refused: all.slice(0, TOLD) },
        'a discovery found instances that cannot be used',
      );
    told = text;
  }

  function refusedByDisk(error: unknown): undefined {
    log.error(
      { discovery: name, error: messageOf(error) },
      'the last list of a discovery is not on the disk',
    );
    return undefined;
  }

  async function forget(): Promise<void> {
    believed = undefined;
    instances = undefined;
    for (const gauge of ['octowatch_fleet_instances', 'octowatch_fleet_instances_held'] as const)
      metrics.set(gauge, 0, labels);
    metrics.set('octowatch_fleet_instances_refused', 0, labels);
    await saved.remove(name).catch(refusedByDisk);
  }

  return { instances: () => instances, restore, look, forget };
}

/** One source that has a tenant twice: nobody knows which of them is right. */
function twice(found: readonly FoundInstance[]): Refusal[] {
  const isFirst = onlyOnce();
  return found
    .filter((instance) => !isFirst(instance))
    .map(({ tenant }) => ({ what: tenant, why: 'its tenant id was found twice: the first is watched' }));
}

function onlyOnce(): (instance: FoundInstance) => boolean {
  const seen = new Set<string>();
  return ({ tenant }) => !seen.has(tenant) && seen.add(tenant) !== undefined;
}
