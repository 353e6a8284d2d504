import { keyOf } from './fields.ts';
import { maxObjectsOf, tooLarge, type Resource } from './resource.ts';
import type { WatchEvent } from './watch-event.ts';

/** What is picked of the objects of one kind, by `namespace/name`, least lately changed first. */
export class ObjectCache<T> {
  readonly #resource: Resource<T>;
  #objects = new Map<string, T>();

  constructor(resource: Resource<T>) {
    this.#resource = resource;
  }

  get objects(): ReadonlyMap<string, T> {
    return this.#objects;
  }

  /** All objects at once, as a list has bounded them. */
  replace(objects: ReadonlyMap<string, T>): void {
    this.#objects = new Map(objects);
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
    if (this.#objects.size <= maxObjectsOf(this.#resource)) return;
    if (this.#resource.keepsNewest !== true) {
      this.#objects = new Map();
      throw tooLarge(this.#resource);
    }
    const [oldest = ''] = this.#objects.keys();
    this.#objects.delete(oldest);
  }
}
