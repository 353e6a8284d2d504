import { Failure } from '../model/failure.ts';
import type { KubeObject } from './fields.ts';

const MAX_OBJECTS = 50_000;

/** A kind of objects to read, and what is kept of each. */
export interface Resource<T> {
  /** As in RBAC, for messages and metrics: `pods`. */
  readonly name: string;
  /** Of all namespaces: `/api/v1/pods`, `/apis/apps/v1/deployments`. */
  readonly path: string;
  /** What is read of an object; the rest is not kept. Undefined leaves the object out. */
  pick(object: KubeObject): T | undefined;
  readonly fieldSelector?: string;
  /** As in `kubectl -l`: `app=octopus,tier!=test`. */
  readonly labelSelector?: string;
  /** All namespaces when left out; ends up in the path. */
  readonly namespace?: string;
  /** The most that is kept of a list or a watch, objects. Default 50,000. */
  readonly maxObjects?: number;
  /** Beyond `maxObjects` those go that did not change for longest, where without it list and watch fail. */
  readonly keepsNewest?: boolean;
  /**
   * False for what the API server does not cache (events): no bookmark says that a watch is alive, nor moves its version
   * on, so that a connection is believed while it stands, and stands for long.
   */
  readonly hasBookmarks?: boolean;
}

/** The most that is kept, objects. */
export function maxObjectsOf({ maxObjects = MAX_OBJECTS }: Resource<unknown>): number {
  return maxObjects;
}

/** Why nothing is kept of a kind. */
export function tooLarge(resource: Resource<unknown>): Failure {
  return new Failure('too_large', `more than ${maxObjectsOf(resource)} ${resource.name} in the cluster`);
}
