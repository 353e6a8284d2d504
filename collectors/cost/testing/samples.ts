import { METRIC_NAME, type Labels } from '../../../src/model/labels.ts';

/** Series of a test: `name|label=value,label=value`, and the value. */
export type Samples = Readonly<Record<string, number>>;

/** A head of a test. */
export interface TestHead {
  append(samples: Iterable<{ labels: Labels; time: number; value: number }>): void;
}

/** Writes samples into a head, as another collector does. */
export function write(series: TestHead, time: number, samples: Samples): void {
  for (const [text, value] of Object.entries(samples)) {
    const [name = '', pairs = ''] = text.split('|');
    const labels = Object.fromEntries(
      pairs
        .split(',')
        .filter((pair) => pair !== '')
        .map((pair) => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')]),
    );
    series.append([{ labels: { ...labels, [METRIC_NAME]: name }, time, value }]);
  }
}

/** What a container asks for and uses. */
export function container(
  tenant: string,
  taken: { readonly cpu: number; readonly gib: number; readonly usedCpu?: number; readonly usedGib?: number },
  cluster = 'k1',
): Samples {
  const of = `tenant=${tenant},cluster=${cluster},namespace=ns-${tenant},pod=p-${tenant},container=octopus`;
  const { cpu, gib, usedCpu = 0, usedGib = 0 } = taken;
  return {
    [`kube_pod_container_resource_requests|${of},node=n1,resource=cpu,unit=core`]: cpu,
    [`kube_pod_container_resource_requests|${of},node=n1,resource=memory,unit=byte`]: gib * 2 ** 30,
    [`kube_pod_container_cpu_usage_cores|${of}`]: usedCpu,
    [`kube_pod_container_memory_working_set_bytes|${of}`]: usedGib * 2 ** 30,
  };
}

/** A node. */
export function node(cpu: number, gib: number, cluster = 'k1', name = 'n1'): Samples {
  const of = `cluster=${cluster},node=${name}`;
  return {
    [`kube_node_status_capacity|${of},resource=cpu,unit=core`]: cpu,
    [`kube_node_status_capacity|${of},resource=memory,unit=byte`]: gib * 2 ** 30,
  };
}
