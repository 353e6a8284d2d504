import { flagAt, numberAt, objectsAt, textAt, type KubeObject } from '../../src/kubernetes/fields.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import type { Point } from '../../src/model/point.ts';
import type { Owned } from './clusters.ts';
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

/** Disks per node: the limit that "a container and a disk per tenant" meets first. */
export const disksQuestion: Question = {
  name: 'kubernetes/disks',
  datasets: [nodeVolumesDataset],
  async ask(cluster, context) {
    const [nodes, attachments] = await Promise.all([
      cluster.objects(csiNodeResource, context),
      cluster.objects(attachmentResource, context),
    ]);
    const counts = countAttachments(attachments);
    const time = context.clock.now();
    return nodes.flatMap(({ name: node, object: drivers }) =>
      drivers.map(({ name: driver, allocatable }): Point => {
        return {
          dataset: nodeVolumesDataset,
          time,
          dimensions: { cluster: cluster.name, node, driver },
          values: {
            kube_node_volumes_allocatable: allocatable,
            kube_node_volumes_attached: counts.get(`${node}\n${driver}`) ?? 0,
          },
        };
      }),
    );
  },
};

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
