import type { CollectContext } from '../../src/collect/contract.ts';
import { flagAt, numberAt, objectsAt, textAt, type KubeObject } from '../../src/kubernetes/fields.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import type { Point } from '../../src/model/point.ts';
import type { Cluster, Owned } from './clusters.ts';
import type { Question } from './poll.ts';
import { nodeVolumesDataset } from './schema.ts';

interface Driver {
  readonly name: string;
  /** Undefined where the driver names no limit. */
  readonly allocatable: number | undefined;
}

interface Attachment {
  readonly driver: string;
  readonly node: string;
  readonly isCounted: boolean;
}

const csiNodeResource: Resource<readonly Driver[]> = {
  name: 'csinodes',
  path: '/apis/storage.k8s.io/v1/csinodes',
  pick: (object) =>
    objectsAt(object, 'spec', 'drivers').map((driver) => ({
      name: textAt(driver, 'name') ?? '',
      allocatable: numberAt(driver, 'allocatable', 'count'),
    })),
};

const attachmentResource: Resource<Attachment> = {
  name: 'volumeattachments',
  path: '/apis/storage.k8s.io/v1/volumeattachments',
  pick: pickAttachment,
};

/** Places for disks of one driver on one node. */
export interface NodeDisks {
  readonly node: string;
  readonly driver: string;
  /** Undefined where the driver names no limit. */
  readonly allocatable: number | undefined;
  readonly attached: number;
}

/** Disks per node: the limit that "a container and a disk per tenant" meets first. */
export const disksQuestion: Question = {
  name: 'kubernetes/disks',
  datasets: [nodeVolumesDataset],
  async ask(cluster, context) {
    const disks = await readDisks(cluster, context);
    const time = context.clock.now();
    return disks.map(({ node, driver, allocatable, attached }): Point => {
      return {
        dataset: nodeVolumesDataset,
        time,
        dimensions: { cluster: cluster.name, node, driver },
        values: { kube_node_volumes_allocatable: allocatable, kube_node_volumes_attached: attached },
      };
    });
  },
};

/** Every driver of every node. @throws Failure where one of the two kinds cannot be read */
export async function readDisks(cluster: Cluster, context: CollectContext): Promise<readonly NodeDisks[]> {
  const [nodes, attachments] = await Promise.all([
    cluster.objects(csiNodeResource, context),
    cluster.objects(attachmentResource, context),
  ]);
  const counts = countAttachments(attachments);
  return nodes.flatMap(({ name: node, object: drivers }) =>
    drivers.map(({ name: driver, allocatable }) => ({
      node,
      driver,
      allocatable,
      attached: counts.get(`${node}\n${driver}`) ?? 0,
    })),
  );
}

/** The scheduler counts a volume from the moment it is to be attached; one that is detached is still there for now. */
function pickAttachment(object: KubeObject): Attachment {
  return {
    driver: textAt(object, 'spec', 'attacher') ?? '',
    node: textAt(object, 'spec', 'nodeName') ?? '',
    isCounted:
      textAt(object, 'metadata', 'deletionTimestamp') === undefined || flagAt(object, 'status', 'attached'),
  };
}

function countAttachments(attachments: readonly Owned<Attachment>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { object } of attachments) {
    const key = `${object.node}\n${object.driver}`;
    if (object.isCounted) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
