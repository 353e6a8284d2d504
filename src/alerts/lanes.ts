import { messageOf } from '../model/failure.ts';
import { isOpen } from './incident-of.ts';
import { FALLBACK, Lane, type LaneEvents, type LaneOptions, type ReceiverNotifier } from './lane.ts';
import { lostReceiver } from './lost-receiver.ts';
import type { LaneRecord } from './notification-journal.ts';

export type Receivers = ReadonlyMap<string, readonly ReceiverNotifier[]>;

/** The lanes that are open or in use: by incident key, then by kind of notifier and its number among those of its kind. */
export class Lanes {
  readonly #options: LaneOptions;
  readonly #events: LaneEvents;
  readonly #incidents = new Map<string, Map<string, Lane>>();
  #receivers: Receivers = new Map();

  constructor(options: LaneOptions, events: LaneEvents) {
    this.#options = options;
    this.#events = events;
  }

  /**
   * Sends by these receivers from now on, and takes up what the journal holds open. A lane whose receiver is gone keeps
   * its old one, so that its incident can still be resolved.
   */
  use(receivers: Receivers): void {
    this.#receivers = receivers;
    for (const lanes of this.#incidents.values()) {
      for (const [suffix, lane] of lanes) {
        const target = this.#targetOf(suffix, lane.record.receiver);
        if (target !== undefined) lane.retarget(target);
      }
    }
    for (const record of this.#read(() => this.#options.journal.open()) ?? []) this.#restore(record);
  }

  /** Sends again what a crash left with an unknown outcome. */
  resume(): void {
    for (const lane of this.all()) lane.resume();
  }

  /** The lanes of an incident: one for each notifier of its receiver, and those of a fallback that were opened before. */
  of(key: string, receiver: string): Lane[] {
    const own = this.#open(key, receiver);
    const others = [...(this.#incidents.get(key) ?? [])];
    return [
      ...own,
      ...others.flatMap(([suffix, lane]) =>
        suffix.startsWith(FALLBACK) && isOpen(lane.latest) ? [lane] : [],
      ),
    ];
  }

  /** The lanes of an incident at the receiver that stands in for its own. */
  fallback(key: string, receiver: string): Lane[] {
    return this.#open(key, receiver, `${FALLBACK}${encodeURIComponent(receiver)}/`);
  }

  ofIncident(key: string): Iterable<Lane> {
    return this.#incidents.get(key)?.values() ?? [];
  }

  *all(): Generator<Lane> {
    for (const lanes of this.#incidents.values()) yield* lanes.values();
  }

  /** Drops lanes with nothing open or under way, except for those in use. */
  forget(used: ReadonlySet<Lane>): void {
    for (const [key, lanes] of this.#incidents) {
      for (const [suffix, lane] of lanes)
        if (!used.has(lane) && !lane.isBusy && !isOpen(lane.latest)) lanes.delete(suffix);
      if (lanes.size === 0) this.#incidents.delete(key);
    }
  }

  #open(key: string, receiver: string, prefix = ''): Lane[] {
    return named(this.#receivers.get(receiver)).map(([suffix, target]) => {
      const name = `${key}/${prefix}${suffix}`;
      const known = this.#incidents.get(key)?.get(`${prefix}${suffix}`);
      if (known !== undefined) return known;
      const { journal, clock } = this.#options;
      const record = this.#read(() => journal.find(name)) ?? { lane: name, receiver, begun: clock.now() };
      return this.#add(record, target);
    });
  }

  #restore(record: LaneRecord): void {
    const { key, suffix } = partsOf(record.lane);
    if (this.#incidents.get(key)?.has(suffix) === true) return;
    const target = this.#targetOf(suffix, record.receiver);
    if (target !== undefined) return void this.#add(record, target);
    const { receiver, lane } = record;
    this.#options.log.warn({ receiver, lane }, 'an open incident has lost its receiver');
    this.#add(record, lostReceiver(receiver, suffix));
  }

  #add(record: LaneRecord, target: ReceiverNotifier): Lane {
    const { key, suffix } = partsOf(record.lane);
    const lanes = this.#incidents.get(key) ?? new Map<string, Lane>();
    const lane = new Lane(record, target, this.#options, this.#events);
    this.#incidents.set(key, lanes.set(suffix, lane));
    return lane;
  }

  #targetOf(suffix: string, receiver: string): ReceiverNotifier | undefined {
    const name = suffix.split('/').at(-1);
    return named(this.#receivers.get(receiver)).find(([own]) => own === name)?.[1];
  }

  /** A journal that cannot be read must not keep a page from going out. */
  #read<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#options.metrics.increment('octowatch_journal_failures_total', { journal: 'notifications' });
      this.#options.log.error({ error: messageOf(error) }, 'notifications cannot be read from the journal');
      return undefined;
    }
  }
}

function named(targets: readonly ReceiverNotifier[] = []): (readonly [string, ReceiverNotifier])[] {
  return targets.map((target, index) => {
    const before = targets.slice(0, index).filter(({ kind }) => kind === target.kind).length;
    return [`${target.kind}-${before}`, target];
  });
}

function partsOf(lane: string): { key: string; suffix: string } {
  const end = lane.indexOf('/');
  return { key: lane.slice(0, end), suffix: lane.slice(end + 1) };
}
