import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { textsAt } from '../../src/kubernetes/fields.ts';
import { parseQuantity } from '../../src/kubernetes/quantity.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import type { Point } from '../../src/model/point.ts';
import type { Owned } from './clusters.ts';
import type { Question } from './poll.ts';
import { resourceQuotaDataset } from './schema.ts';

interface Limit {
  readonly resource: string;
  readonly hard: number;
  /** Undefined before its controller has counted. */
  readonly used: number | undefined;
}

const quotaResource: Resource<readonly Limit[]> = {
  name: 'resourcequotas',
  path: '/api/v1/resourcequotas',
  pick(object) {
    const used = textsAt(object, 'status', 'used');
    return Object.entries(textsAt(object, 'status', 'hard')).flatMap(([resource, text]) => {
      const hard = parseQuantity(text);
      return hard === undefined ? [] : [{ resource, hard, used: parseQuantity(used[resource]) }];
    });
  },
};

/** ResourceQuotas of namespaces, in the words of Kubernetes and as quotas among those of the clouds. */
export const quotasQuestion: Question = {
  name: 'kubernetes/quotas',
  datasets: [quotaDataset, resourceQuotaDataset],
  async ask(cluster, context) {
    const quotas = await cluster.objects(quotaResource, context);
    const time = context.clock.now();
    return quotas.flatMap((quota) =>
      quota.object.flatMap((limit) => pointsOf(quota, limit, cluster.name, time)),
    );
  },
};

function pointsOf(
  { tenant, namespace, name }: Owned<unknown>,
  { resource, hard, used }: Limit,
  cluster: string,
  time: number,
): Point[] {
  const base = { cluster, namespace, resourcequota: name, resource };
  const rows: readonly (readonly [string, number | undefined])[] = [
    ['hard', hard],
    ['used', used],
  ];
  return [
    ...rows.map(([type, value]): Point => {
      const values = { kube_resourcequota: value };
      return { dataset: resourceQuotaDataset, time, tenant, dimensions: { ...base, type }, values };
    }),
    {
      dataset: quotaDataset,
      time,
      tenant,
      dimensions: {
        provider: 'kubernetes',
        account: cluster,
        quota: resource,
        resource: `${namespace}/${name}`,
      },
      values: { cloud_quota_limit: hard, cloud_quota_used: used },
    },
  ];
}
