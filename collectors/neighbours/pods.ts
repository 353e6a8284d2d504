import type { Fleet } from '../../src/collect/contract.ts';
import { newest } from '../../src/collect/newest-samples.ts';
import { labelValue, type Labels } from '../../src/model/labels.ts';
import type { SeriesReader } from '../../src/model/series.ts';

/** Where a pod runs and whose it is. */
export interface Pod {
  readonly cluster: string;
  readonly node: string;
  /** '' is nobody. */
  readonly tenant: string;
}

/** The pods that run, found by the labels of what others say of them. */
export interface Pods {
  /** Undefined for a pod that is not known, or where two clusters have one of that name and the labels name neither. */
  of(labels: Labels): Pod | undefined;
}

/** Reads them of `kube_pod_info`. cAdvisor's series have no cluster, unless the scrape target has such a label. */
export function podsOf(series: SeriesReader, fleet: Fleet, now: number): Pods {
  const pods = new Map<string, Pod | undefined>();
  for (const { labels } of newest(series, 'kube_pod_info', now)) {
    const node = labelValue(labels, 'node');
    if (node === '') continue;
    const tenant = fleet.find(labelValue(labels, 'tenant'))?.tenant ?? '';
    const pod = { cluster: labelValue(labels, 'cluster'), node, tenant };
    const name = nameOf(labels);
    pods.set(`${pod.cluster}\n${name}`, pod);
    if (pod.cluster !== '') pods.set(`\n${name}`, pods.has(`\n${name}`) ? undefined : pod);
  }
  return { of: (labels) => pods.get(`${labelValue(labels, 'cluster')}\n${nameOf(labels)}`) };
}

function nameOf(labels: Labels): string {
  return `${labelValue(labels, 'namespace')}\n${labelValue(labels, 'pod')}`;
}
