import { messageOf } from '../model/failure.ts';
import { isOpen } from './incident-of.ts';
import { Lane, type LaneOptions, type ReceiverNotifier } from './lane.ts';
import type { LaneRecord } from './notification-journal.ts';

export type Receivers = ReadonlyMap<string, readonly ReceiverNotifier[]>;

/** The lanes that are open or in use, by name: incident key, kind of notifier, its number among those of its kind. */
export class Lanes {
  readonly #options: LaneOptions;
  readonly #lanes = new Map<string, Lane>();
  #receivers: Receivers = new Map();

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /**
   * Sends by these receivers from now on, and takes up what the journal holds open for them. A lane whose receiver is
   * gone keeps its old one, so that its incident can still be resolved.
   */
  use(receivers: Receivers): void {
    this.#receivers = receivers;
    for (const [name, lane] of this.#lanes) {
      const target = this.#targetOf(name, lane.record.receiver);
      if (target !== undefined) lane.retarget(target);
    }
    const open = this.#read(() => this.#options.journal.open()) ?? [];
    for (const record of open) if (!this.#lanes.has(record.lane)) this.#restore(record);
  }

  /** Sends again what a crash left with an unknown outcome. */
  resume(): void {
    for (const lane of this.#lanes.values()) lane.resume();
  }

  /** The lanes of an incident, one for each notifier of its receiver. */
  of(key: string, receiver: string): Lane[] {
    return named(this.#receivers.get(receiver)).map(([suffix, target]) =>
      this.#open(`${key}/${suffix}`, receiver, target),
    );
  }

  all(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  /** Drops lanes with nothing open or under way, except for those in use. */
  forget(used: ReadonlySet<Lane>): void {
    for (const [name, lane] of this.#lanes)
      if (!used.has(lane) && !lane.isBusy && !isOpen(lane.latest)) this.#lanes.delete(name);
  }

  #open(name: string, receiver: string, target: ReceiverNotifier): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const { journal, clock } = this.#options;
    const record = this.#read(() => journal.find(name)) ?? { lane: name, receiver, begun: clock.now() };
    const lane = new Lane(record, target, this.#options);
    this.#lanes.set(name, lane);
    return lane;
  }

  #restore(record: LaneRecord): void {
    const { lane: name, receiver } = record;
    const target = this.#targetOf(name, receiver);
    if (target === undefined)
      this.#options.log.warn({ receiver, lane: name }, 'an open incident has lost its receiver');
    else this.#lanes.set(name, new Lane(record, target, this.#options));
  }

  #targetOf(name: string, receiver: string): ReceiverNotifier | undefined {
    return named(this.#receivers.get(receiver)).find(([suffix]) => name.endsWith(`/${suffix}`))?.[1];
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
