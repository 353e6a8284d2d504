/**
 * What the scheduler's plugins say, and the reason it stands for. Each node that refuses has one of these texts in the
 * message. Source: k8s.io/kubernetes/pkg/scheduler/framework/plugins, constants `ErrReason…`.
 */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/Insufficient cpu/, 'insufficient_cpu'],
  [/Insufficient memory/, 'insufficient_memory'],
  [/Insufficient ephemeral-storage/, 'insufficient_ephemeral_storage'],
  [/Insufficient \S+/, 'insufficient_other'],
  [/Too many pods/, 'too_many_pods'],
  [/exceed max volume count/, 'volume_limit'],
  [/volume|[Pp]ersistent|pvc\(s\)/, 'volume'],
  [/taint/, 'taint'],
  [/were unschedulable/, 'cordoned'],
  [/topology spread/, 'topology_spread'],
  [/(?:anti-)?affinity rules/, 'pod_affinity'],
  [/node affinity|node selector|didn't match node|requested node name|NodeName/, 'node_affinity'],
  [/free ports/, 'host_port'],
  [/no nodes available/, 'no_nodes'],
];

/**
 * Why no node takes a pod, from the message of its condition PodScheduled: `0/5 nodes are available: 2 Insufficient cpu,
 * 3 node(s) had volume node affinity conflict. preemption: …`. Each reason once; `other` for what is not known here.
 */
export function unschedulableReasons(message: string): readonly string[] {
  const [own = ''] = message.split(/\s*preemption:/);
  const parts = own.replace(/^\d+\/\d+ nodes are available:\s*/, '').split(/,\s+(?=\d+ )/);
  const reasons = parts.filter((part) => part.trim() !== '').map(reasonOf);
  return reasons.length === 0 ? ['other'] : [...new Set(reasons)].toSorted();
}

function reasonOf(part: string): string {
  return REASONS.find(([pattern]) => pattern.test(part))?.[1] ?? 'other';
}
