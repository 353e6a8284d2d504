import {
  at,
  flagAt,
  numberAt,
  objectsAt,
  textAt,
  textsAt,
  timeAt,
  type KubeObject,
} from '../../src/kubernetes/fields.ts';
import { parseQuantity } from '../../src/kubernetes/quantity.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import { unschedulableReasons } from './unschedulable.ts';

/** What is read of a container's status. */
export interface ContainerState {
  readonly name: string;
  readonly isInit: boolean;
  readonly restarts: number | undefined;
  readonly isReady: boolean;
  /** CrashLoopBackOff, ImagePullBackOff … */
  readonly waiting: string | undefined;
  /** OOMKilled, Error, Completed … of the run before this one. */
  readonly lastTerminated: string | undefined;
  readonly lastExitCode: number | undefined;
  /** s since the epoch. */
  readonly lastTerminatedAt: number | undefined;
}

/** What a container asks for and may take; cores and bytes. */
export interface ContainerResources {
  readonly container: string;
  readonly resource: 'cpu' | 'memory';
  readonly request: number | undefined;
  readonly limit: number | undefined;
}

/** What is read of a pod. */
export interface PodState {
  readonly node: string | undefined;
  readonly phase: string;
  /** Evicted, NodeLost …, where the whole pod has one. */
  readonly reason: string | undefined;
  /** Ended for good: it holds no resources and says nothing new. */
  readonly isOver: boolean;
  /** `true`, `false`, `unknown`; undefined before the kubelet or the scheduler has said. */
  readonly ready: string | undefined;
  readonly scheduled: string | undefined;
  /** Why the scheduler has no place for it; empty where it has, or was not asked. */
  readonly unschedulable: readonly string[];
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly containers: readonly ContainerState[];
  readonly resources: readonly ContainerResources[];
}

/** Every pod of the cluster. */
export const podResource: Resource<PodState> = { name: 'pods', path: '/api/v1/pods', pick: pickPod };

function pickPod(object: KubeObject): PodState {
  const phase = textAt(object, 'status', 'phase') ?? 'Unknown';
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const scheduled = conditionOf(object, 'PodScheduled');
  return {
    phase,
    isOver,
    node: textAt(object, 'spec', 'nodeName'),
    reason: textAt(object, 'status', 'reason'),
    ready: statusOf(conditionOf(object, 'Ready')),
    scheduled: statusOf(scheduled),
    unschedulable: isUnschedulable(scheduled) ? unschedulableReasons(textAt(scheduled, 'message') ?? '') : [],
    owner: ownerOf(object),
    containers: isOver ? [] : containersOf(object),
    resources: isOver ? [] : objectsAt(object, 'spec', 'containers').flatMap(resourcesOf),
  };
}

function conditionOf(object: KubeObject, type: string): KubeObject | undefined {
  return objectsAt(object, 'status', 'conditions').find((condition) => condition['type'] === type);
}

function statusOf(condition: KubeObject | undefined): string | undefined {
  return textAt(condition, 'status')?.toLowerCase();
}

function isUnschedulable(condition: KubeObject | undefined): boolean {
  return condition?.['status'] === 'False' && condition['reason'] === 'Unschedulable';
}

function ownerOf(object: KubeObject): PodState['owner'] {
  const owner = objectsAt(object, 'metadata', 'ownerReferences').find((each) => flagAt(each, 'controller'));
  const kind = textAt(owner, 'kind');
  const name = textAt(owner, 'name');
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

function containersOf(object: KubeObject): ContainerState[] {
  return [
    ...objectsAt(object, 'status', 'initContainerStatuses').map((status) => containerOf(status, true)),
    ...objectsAt(object, 'status', 'containerStatuses').map((status) => containerOf(status, false)),
  ];
}

function containerOf(status: KubeObject, isInit: boolean): ContainerState {
  const last = at(status, 'lastState', 'terminated');
  const finishedAt = timeAt(last, 'finishedAt');
  return {
    name: textAt(status, 'name') ?? '',
    isInit,
    restarts: numberAt(status, 'restartCount'),
    isReady: flagAt(status, 'ready'),
    waiting: textAt(status, 'state', 'waiting', 'reason'),
    lastTerminated: textAt(last, 'reason'),
    lastExitCode: numberAt(last, 'exitCode'),
    lastTerminatedAt: finishedAt === undefined ? undefined : finishedAt / 1000,
  };
}

function resourcesOf(container: KubeObject): ContainerResources[] {
  const name = textAt(container, 'name') ?? '';
  const requests = textsAt(container, 'resources', 'requests');
  const limits = textsAt(container, 'resources', 'limits');
  return (['cpu', 'memory'] as const)
    .map((resource) => ({
      container: name,
      resource,
      request: parseQuantity(requests[resource]),
      limit: parseQuantity(limits[resource]),
    }))
    .filter(({ request, limit }) => request !== undefined || limit !== undefined);
}
