import { Failure } from '../model/failure.ts';
import { keyOf } from './fields.ts';
import type { Listed } from './list.ts';
import type { Resource } from './resource.ts';
import type { WatchEvent } from './watch-event.ts';

const MAX_OBJECTS = 50_000;

/** What is picked of the objects of one kind, by `namespace/name`, least lately changed first. */
export class ObjectCache<T> {
  readonly #resource: Resource<T>;
  readonly #max: number;
  #objects = new Map<string, T>();

  constructor(resource: Resource<T>) {
    this.#resource = resource;
    this.#max = resource.maxObjects ?? MAX_OBJECTS;
  }

  get objects(): ReadonlyMap<string, T> {
    return this.#objects;
  }

  /** All objects at once. @throws Failure `too_large` */
  replace({ keys, objects }: Listed<T>): void {
    const next = new Map<string, T>();
    for (const [i, object] of objects.entries()) next.set(keys[i] ?? '', object);
    this.#objects = next;
    this.#bound();
  }

  /** @returns false for what is no object @throws Failure `too_large` */
  apply({ type, object }: WatchEvent): boolean {
    const key = keyOf(object);
    if (key === undefined) return false;
    const picked = type === 'DELETED' ? undefined : this.#resource.pick(object);
    this.#objects.delete(key);
    if (picked !== undefined) this.#objects.set(key, picked);
    this.#bound();
    return true;
  }

  #bound(): void {
    if (this.#objects.size <= this.#max) return;
    const { name, keepsNewest = false } = this.#resource;
    if (!keepsNewest) {
      this.#objects = new Map();
      throw new Failure('too_large', `more than ${this.#max} ${name} in the cluster`);
    }
    for (const key of this.#objects.keys()) {
      if (this.#objects.size <= this.#max) return;
      this.#objects.delete(key);
    }
  }
}
