import type { CollectContext } from '../../src/collect/contract.ts';
import { numberAt, textAt, timeAt, type KubeObject } from '../../src/kubernetes/fields.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import { cutText } from '../../src/model/cut-text.ts';
import { eventId } from '../../src/model/event-id.ts';
import { membersOf, type JsonValue } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';
import type { Cluster, Owned } from './clusters.ts';
import { eventDataset } from './event-schema.ts';
import type { Question } from './poll.ts';

/** The API server keeps events for an hour; beyond so many the newest are kept. */
const MAX_EVENTS = 10_000;
const MAX_MESSAGE = 500;

interface Warning {
  readonly uid: string;
  readonly version: bigint;
  /** ms since the epoch: when it happened last. */
  readonly time: number | undefined;
  readonly total: number;
  readonly reason: string;
  readonly kind: string;
  readonly object: string;
  /** Of the object: an event about a node is in the namespace `default`. */
  readonly namespace: string;
  readonly message: string;
  readonly component: string | undefined;
}

/** What was known when everything up to a version was told. */
interface Told {
  readonly version: bigint;
  /** How often each warning had happened, by uid. */
  readonly totals: ReadonlyMap<string, number>;
}

const eventResource: Resource<Warning> = {
  name: 'events',
  path: '/api/v1/events',
  fieldSelector: 'type=Warning',
  maxObjects: MAX_EVENTS,
  keepsNewest: true,
  hasBookmarks: false,
  pick: pickWarning,
};

/**
 * Warnings, each when it is new and each time its count has risen. The version up to which they are told is kept over a
 * restart; by how much a count has risen meanwhile is not, and counts as one.
 */
export function createEventsQuestion(): Question {
  /** The newest first: a poll whose points were not taken is asked again with the state, and so the counts, of before. */
  const told = new WeakMap<Cluster, readonly Told[]>();

  async function ask(cluster: Cluster, context: CollectContext): Promise<readonly Point[]> {
    const warnings = await cluster.objects(eventResource, context);
    const since = sinceOf(context.state);
    const before = told.get(cluster)?.find(({ version }) => version === since);
    const fresh = warnings.filter(({ object }) => object.version > since);
    const points = fresh.map((warning) =>
      pointOf(warning, before?.totals.get(warning.object.uid), cluster, context),
    );
    const newest = warnings.reduce(
      (most, { object }) => (object.version > most ? object.version : most),
      since,
    );
    const totals = new Map(warnings.map(({ object }) => [object.uid, object.total]));
    told.set(cluster, [{ version: newest, totals }, ...(before === undefined ? [] : [before])]);
    context.state = { version: String(newest) };
    return points;
  }

  return { name: 'kubernetes/events', datasets: [eventDataset], ask };
}

function pickWarning(object: KubeObject): Warning | undefined {
  const uid = textAt(object, 'metadata', 'uid');
  const version = textAt(object, 'metadata', 'resourceVersion');
  if (uid === undefined || version === undefined || !/^\d+$/.test(version)) return undefined;
  return {
    uid,
    version: BigInt(version),
    time:
      timeAt(object, 'series', 'lastObservedTime') ??
      timeAt(object, 'lastTimestamp') ??
      timeAt(object, 'eventTime') ??
      timeAt(object, 'metadata', 'creationTimestamp'),
    total: numberAt(object, 'series', 'count') ?? numberAt(object, 'count') ?? 1,
    reason: textAt(object, 'reason') ?? '',
    kind: textAt(object, 'involvedObject', 'kind') ?? '',
    object: textAt(object, 'involvedObject', 'name') ?? '',
    namespace: textAt(object, 'involvedObject', 'namespace') ?? '',
    message: cutText(textAt(object, 'message') ?? '', MAX_MESSAGE),
    component: textAt(object, 'source', 'component') ?? textAt(object, 'reportingComponent'),
  };
}

/** Versions are numbers that rise. Source: KEP-5504, comparable resource versions; true of etcd since ever. */
function sinceOf(state: JsonValue): bigint {
  const { version } = membersOf(state);
  return typeof version === 'string' && /^\d+$/.test(version) ? BigInt(version) : 0n;
}

function pointOf(
  { tenant, object: warning }: Owned<Warning>,
  before: number | undefined,
  cluster: Cluster,
  { clock }: CollectContext,
): Point {
  const { uid, time, total, reason, kind, object, namespace, message, component } = warning;
  const risen = before === undefined ? 1 : total - before;
  return {
    dataset: eventDataset,
    time: time ?? clock.now(),
    tenant,
    dimensions: { cluster: cluster.name, namespace, kind, reason, object },
    values: { message, total, component, count: Math.max(1, risen) },
    id: eventId(cluster.name, uid, String(total)),
  };
}
