import { Failure } from '../model/failure.ts';
import { isExpired } from './answer.ts';
import type { KubernetesCall } from './client.ts';
import { keyOf, objectsAt, textAt, type KubeObject } from './fields.ts';
import { maxObjectsOf, tooLarge, type Resource } from './resource.ts';

const PAGE = 500;

/** What was listed. */
export interface Listed<T> {
  /** By `namespace/name`; where only the newest are kept, those that changed last come last. */
  readonly objects: ReadonlyMap<string, T>;
  /** To watch from; empty for what cannot be watched (`metrics.k8s.io`). */
  readonly version: string;
}

/**
 * Lists all objects of a kind in pages of 500. A continue token that has expired meanwhile (410) means one more call,
 * for everything in one page, as client-go's pager does it. @throws Failure `too_large` at the page that is too much
 */
export async function listAll<T>(
  call: (call: KubernetesCall) => Promise<KubeObject>,
  request: Resource<T>,
  signal: AbortSignal,
): Promise<Listed<T>> {
  try {
    return await listPages(call, request, signal, PAGE);
  } catch (error) {
    if (!isExpired(error)) throw error;
    return listPages(call, request, signal, 0);
  }
}

async function listPages<T>(
  call: (call: KubernetesCall) => Promise<KubeObject>,
  request: Resource<T>,
  signal: AbortSignal,
  limit: number,
): Promise<Listed<T>> {
  const found: Found<T>[] = [];
  const selectors = selectorsOf(request);
  for (let next: string | undefined = ''; ;) {
    const query = {
      ...selectors,
      ...(limit === 0 ? {} : { limit: String(limit) }),
      ...(next === '' ? {} : { continue: next }),
    };
    const page = await call({ path: pathOf(request), query, signal, what: `list ${request.name}` });
    for (const object of itemsOf(page, request)) {
      const key = keyOf(object);
      const picked = key === undefined ? undefined : request.pick(object);
      if (key === undefined || picked === undefined) continue;
      found.push({ key, picked, version: Number(textAt(object, 'metadata', 'resourceVersion')) });
    }
    bound(found, request);
    next = textAt(page, 'metadata', 'continue');
    if (next !== undefined) continue;
    const objects = new Map(found.map(({ key, picked }) => [key, picked]));
    return { objects, version: textAt(page, 'metadata', 'resourceVersion') ?? '' };
  }
}

interface Found<T> {
  readonly key: string;
  readonly picked: T;
  /** Only to tell what changed later. */
  readonly version: number;
}

/** Holds no more than is kept, however much the cluster has. A list comes by name, not by age. */
function bound<T>(found: Found<T>[], resource: Resource<T>): void {
  const excess = found.length - maxObjectsOf(resource);
  if (resource.keepsNewest === true) {
    found.sort((a, b) => a.version - b.version);
    if (excess > 0) found.splice(0, excess);
  } else if (excess > 0) {
    throw tooLarge(resource);
  }
}

/** The part of a query that says which objects of a kind. */
export function selectorsOf<T>({ fieldSelector, labelSelector }: Resource<T>): Record<string, string> {
  return {
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}

/** `/api/v1/pods` of one namespace: `/api/v1/namespaces/acme/pods`. */
export function pathOf<T>({ path, namespace }: Resource<T>): string {
  if (namespace === undefined) return path;
  const end = path.lastIndexOf('/');
  return `${path.slice(0, end)}/namespaces/${encodeURIComponent(namespace)}${path.slice(end)}`;
}

function itemsOf<T>(page: KubeObject, { name }: Resource<T>): readonly KubeObject[] {
  if (Array.isArray(page['items'])) return objectsAt(page, 'items');
  // Go writes an empty list of some kinds as null.
  if (page['items'] === null) return [];
  throw new Failure('malformed', `list ${name}: the answer has no items`);
}
