import { textAt } from '../../src/kubernetes/fields.ts';
import { parseQuantity } from '../../src/kubernetes/quantity.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import type { Point } from '../../src/model/point.ts';
import type { Owned } from './clusters.ts';
import type { Question } from './poll.ts';
import { claimDataset, claimPhaseDataset } from './schema.ts';

interface Claim {
  readonly phase: string;
  /** bytes */
  readonly requested: number | undefined;
}

/** Every claim of the cluster. */
export const claimResource: Resource<Claim> = {
  name: 'persistentvolumeclaims',
  path: '/api/v1/persistentvolumeclaims',
  pick: (object) => ({
    phase: textAt(object, 'status', 'phase') ?? 'Pending',
    requested: parseQuantity(textAt(object, 'spec', 'resources', 'requests', 'storage')),
  }),
};

/** Whether claims have their volumes, and how large they are to be. */
export const volumesQuestion: Question = {
  name: 'kubernetes/volumes',
  datasets: [claimPhaseDataset, claimDataset],
  async ask(cluster, context) {
    const claims = await cluster.objects(claimResource, context);
    const time = context.clock.now();
    return claims.flatMap((claim) => pointsOf(claim, cluster.name, time));
  },
};

function pointsOf({ tenant, namespace, name, object }: Owned<Claim>, cluster: string, time: number): Point[] {
  const dimensions = { cluster, namespace, persistentvolumeclaim: name };
  return [
    {
      dataset: claimPhaseDataset,
      time,
      tenant,
      dimensions: { ...dimensions, phase: object.phase },
      values: { kube_persistentvolumeclaim_status_phase: 1 },
    },
    {
      dataset: claimDataset,
      time,
      tenant,
      dimensions,
      values: { kube_persistentvolumeclaim_resource_requests_storage_bytes: object.requested },
    },
  ];
}
