import { z } from 'zod';
import { tenantsOf } from './explain.ts';
import { classKey, type StormClass, type StormGroup } from './storm.ts';

/** A storm as it is remembered; times in ms. */
export const savedStorm = z.strictObject({
  id: z.string(),
  alertname: z.string(),
  trait: z.strictObject({ name: z.string(), value: z.string() }).optional(),
  startedAt: z.number(),
  /** The most tenants that it had at once. */
  peak: z.number(),
  replaces: z.array(z.string()),
  members: z.array(z.string()),
  /** Since when it is smaller than what begins a storm. */
  fellAt: z.number().optional(),
  /** Since when nobody has its trouble. */
  emptySince: z.number().optional(),
  /** It takes nobody in any more, and lasts until its members end. */
  isClosed: z.boolean(),
});

export type SavedStorm = z.infer<typeof savedStorm>;

/** A storm that lasts. */
export class OpenStorm {
  readonly id: string;
  readonly class: StormClass;
  readonly startedAt: number;
  readonly replaces: readonly string[];
  peak: number;
  fellAt: number | undefined;
  emptySince: number | undefined;
  isClosed: boolean;
  #keys: Set<string>;
  #members = new Map<string, StormGroup>();

  constructor({ alertname, trait, members, ...saved }: SavedStorm) {
    this.id = saved.id;
    this.class = { alertname, ...(trait === undefined ? {} : { trait }) };
    this.startedAt = saved.startedAt;
    this.replaces = saved.replaces;
    this.peak = saved.peak;
    this.fellAt = saved.fellAt;
    this.emptySince = saved.emptySince;
    this.isClosed = saved.isClosed;
    this.#keys = new Set(members);
  }

  get key(): string {
    return classKey(this.class);
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  members(): StormGroup[] {
    return [...this.#members.values()];
  }

  tenants(): Set<string> {
    return tenantsOf(this.members());
  }

  /** Lets go of what does not fire any more. */
  refresh(firing: ReadonlyMap<string, StormGroup>): void {
    const keys = this.#keys;
    this.#keys = new Set();
    this.#members = new Map();
    for (const key of keys) {
      const group = firing.get(key);
      if (group !== undefined) this.add(group);
    }
  }

  add(group: StormGroup): void {
    this.#keys.add(group.key);
    this.#members.set(group.key, group);
  }

  remove({ key }: StormGroup): void {
    this.#keys.delete(key);
    this.#members.delete(key);
  }

  save(): SavedStorm {
    const { id, startedAt, peak, fellAt, emptySince, isClosed } = this;
    return {
      id,
      ...this.class,
      startedAt,
      peak,
      replaces: [...this.replaces],
      members: [...this.#keys].toSorted(),
      ...(fellAt === undefined ? {} : { fellAt }),
      ...(emptySince === undefined ? {} : { emptySince }),
      isClosed,
    };
  }
}
