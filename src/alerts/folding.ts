import type { FoldStates } from './fold-states.ts';
import { foldsOfReceiver, isCounted, type FoldOutlook } from './folds-of-receiver.ts';
import { firingAlerts, type Fold, type Group } from './group.ts';
import type { Groups } from './groups.ts';
import { lineWithNote } from './storm/flapping.ts';
import type { Outlook } from './telling.ts';

/** No receiver is looked at more often for the sake of time alone. */
const SOON_MS = 1000;
const AGAIN_MS = 10_000;

/** Tells of many incidents as one: storms, floods, and what comes and goes. */
export class Folding {
  readonly #states: FoldStates;
  readonly #groups: Groups;
  /** What tells of an incident, by the incident's key. */
  readonly #foldOf = new Map<string, Fold>();
  readonly #folds = new Map<string, Fold>();
  /** By receiver, the keys of groups that counted when it was looked at last. */
  readonly #counted = new Map<string, ReadonlySet<string>>();
  readonly #touched = new Set<string>();
  readonly #dueAt = new Map<string, number>();

  constructor(states: FoldStates, groups: Groups) {
    this.#states = states;
    this.#groups = groups;
    for (const fold of states.folds()) {
      this.#index(fold);
      this.#touched.add(fold.receiver);
    }
  }

  /** When receivers are to be looked at even if nothing changes, ms. */
  get next(): number {
    const open = [...this.#folds.values()];
    if (open.some(({ receiver }) => this.#touched.has(receiver))) return 0;
    return Math.min(Number.POSITIVE_INFINITY, ...this.#dueAt.values());
  }

  /** Something began or ended in a group. */
  touch(group: Group): void {
    if (group.foldedInto === undefined && !this.#folds.has(group.key)) {
      const fold = this.#foldOf.get(group.key);
      if (fold !== undefined) group.foldedInto = fold;
    }
    this.#touched.add(group.route.receiver);
  }

  /**
   * Whether a group that is about to be told may be told with others: something at its receiver began or ended since that
   * was looked at, or counts now or no more as a hold or a mute ended or began. The first alert of many is not looked at
   * before it is told: the more are known, the better they are understood.
   */
  isStale(group: Group, outlook: Outlook): boolean {
    if (this.#folds.has(group.key)) return false;
    const counted = this.#counted.get(group.route.receiver);
    const isOther = isCounted(group, outlook) !== (counted?.has(group.key) === true);
    if (isOther) this.#touched.add(group.route.receiver);
    return this.#touched.has(group.route.receiver);
  }

  /** Whether an incident is open although nothing of it fires. */
  staysOpen(key: string, now: number): boolean {
    return this.#folds.has(key) || this.#states.flapping.look(key, false, now) !== undefined;
  }

  /** Finds out anew what is told together; returns the groups for which that has changed. */
  look(now: number, outlook: FoldOutlook): readonly Group[] {
    const receivers = [
      ...this.#touched,
      ...[...this.#dueAt].filter(([, at]) => at <= now).map(([name]) => name),
    ];
    this.#touched.clear();
    // Should looking fail, it is tried again, but not at once.
    for (const receiver of receivers) this.#dueAt.set(receiver, now + AGAIN_MS);
    return [...new Set(receivers)].flatMap((receiver) => this.#lookAt(receiver, now, outlook));
  }

  #lookAt(receiver: string, now: number, outlook: FoldOutlook): readonly Group[] {
    const all = [...this.#groups.all()].filter(({ route, lanes }) => {
      return route.receiver === receiver && lanes.every(({ target }) => target.isHeartbeat !== true);
    });
    const members = all.filter(({ key }) => !this.#folds.has(key));
    const changed = members.filter((group) => this.#noteFlapping(group, now));
    const counted = members.filter((group) => isCounted(group, outlook));
    this.#counted.set(receiver, new Set(counted.map(({ key }) => key)));
    const folds = foldsOfReceiver(receiver, members, this.#states, outlook);
    const before = [...this.#folds.values()].filter((fold) => fold.receiver === receiver);
    for (const fold of before) this.#drop(fold);
    for (const fold of folds) this.#index(fold);
    this.#states.save([...this.#folds.values()]);
    this.#dueAt.set(receiver, this.#nextOf(receiver, members, now));
    const told = [...before, ...folds].map(({ key }) => key);
    return [
      ...changed,
      ...members.filter((group) => this.#assign(group)),
      ...this.#tellers(new Set(told), members),
    ];
  }

  /** Returns whether it began or ceased to flap. */
  #noteFlapping(group: Group, now: number): boolean {
    const flaps = this.#states.flapping.look(group.key, firingAlerts(group).length > 0, now);
    const wasFlapping = group.story !== undefined;
    if (flaps === undefined) delete group.story;
    else group.story = { wording: (line) => lineWithNote(line, flaps.note), shared: [] };
    return wasFlapping !== (flaps !== undefined);
  }

  #nextOf(receiver: string, members: readonly Group[], now: number): number {
    let next = this.#states.storms.dueAt(receiver) ?? Number.POSITIVE_INFINITY;
    for (const { key, story, alerts } of members) {
      if (story === undefined) continue;
      const isFiring = [...alerts.values()].some(({ alert }) => alert.state === 'firing');
      const flaps = this.#states.flapping.look(key, isFiring, now);
      next = Math.min(next, flaps?.endsAt ?? Number.POSITIVE_INFINITY);
    }
    return Math.max(next, now + SOON_MS);
  }

  /** Points a group at what tells of it; returns whether that is another than before. */
  #assign(group: Group): boolean {
    const fold = this.#foldOf.get(group.key);
    const isNew = fold?.key !== group.foldedInto?.key;
    if (fold === undefined) delete group.foldedInto;
    else group.foldedInto = fold;
    return isNew;
  }

  /** The groups that tell of others, with the alerts of their members. */
  #tellers(keys: ReadonlySet<string>, members: readonly Group[]): readonly Group[] {
    return [...keys].flatMap((key) => {
      const fold = this.#folds.get(key);
      const own = members.filter(({ foldedInto }) => foldedInto?.key === key);
      const group = this.#groups.find(key) ?? (fold === undefined ? undefined : this.#open(fold, own[0]));
      if (group === undefined) return [];
      if (fold === undefined) this.#end(group);
      else group.story = { wording: () => fold.line, shared: fold.shared };
      group.alerts.clear();
      for (const member of own) for (const [name, tracked] of member.alerts) group.alerts.set(name, tracked);
      return [group];
    });
  }

  #open({ key }: Fold, first: Group | undefined): Group | undefined {
    return first === undefined ? undefined : this.#groups.openFold(key, first.route);
  }

  /** What told of others is over, or told by another. */
  #end(group: Group): void {
    delete group.story;
    const heir = [...this.#folds.values()].find(({ replaces }) => replaces.includes(group.key));
    if (heir !== undefined) group.foldedInto = heir;
  }

  #index(fold: Fold): void {
    this.#folds.set(fold.key, fold);
    for (const member of fold.members) this.#foldOf.set(member, fold);
  }

  #drop(fold: Fold): void {
    this.#folds.delete(fold.key);
    for (const member of fold.members) if (this.#foldOf.get(member) === fold) this.#foldOf.delete(member);
  }
}
