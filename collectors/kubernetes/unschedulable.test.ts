import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { unschedulableReasons } from './unschedulable.ts';

/** In the wording of kube-scheduler 1.36. */
const CASES: readonly (readonly [string, readonly string[]])[] = [
  [
    '0/5 nodes are available: 2 Insufficient cpu, 3 Insufficient memory. preemption: 0/5 nodes are available: 5 No preemption victims found for incoming pod.',
    ['insufficient_cpu', 'insufficient_memory'],
  ],
  ['0/3 nodes are available: 3 Too many pods.', ['too_many_pods']],
  ['0/3 nodes are available: 3 node(s) exceed max volume count.', ['volume_limit']],
  [
    "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
    ['node_affinity', 'taint'],
  ],
  ['0/2 nodes are available: 2 node(s) had volume node affinity conflict.', ['volume']],
  ['0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found', ['volume']],
  ['0/1 nodes are available: persistentvolumeclaim "data" not found.', ['volume']],
  ['0/2 nodes are available: 2 node(s) were unschedulable.', ['cordoned']],
  ["0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.", ['pod_affinity']],
  ["0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints.", ['topology_spread']],
  ["0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.", ['host_port']],
  ['0/2 nodes are available: 2 Insufficient nvidia.com/gpu.', ['insufficient_other']],
  ['no nodes available to schedule pods', ['no_nodes']],
  ['a plugin of our own says no', ['other']],
  ['', ['other']],
];

for (const [message, reasons] of CASES)
  test(`${reasons.join(', ')}: ${message.slice(0, 60)}`, () =>
    assert.deepEqual(unschedulableReasons(message), reasons));

test('any message has at least one reason, each once', () => {
  fc.assert(
    fc.property(fc.string(), (message) => {
      const reasons = unschedulableReasons(message);
      return reasons.length > 0 && new Set(reasons).size === reasons.length;
    }),
  );
});
