import type { PollCollector } from '../../src/collect/contract.ts';
import { createClusters, type ClustersOptions } from './clusters.ts';
import { disksQuestion } from './disks.ts';
import { createEventsQuestion } from './events.ts';
import { metricsQuestion } from './metrics.ts';
import { nodeRoomQuestion } from './node-room.ts';
import { nodesQuestion } from './nodes.ts';
import { podInfoQuestion } from './pod-info.ts';
import { podsQuestion } from './pods.ts';
import { createPoll } from './poll.ts';
import { quotasQuestion } from './quotas.ts';
import { volumeStatsQuestion } from './volume-stats.ts';
import { volumesQuestion } from './volumes.ts';
import { workloadsQuestion } from './workloads.ts';

/** Everything octowatch asks a Kubernetes cluster, one poll per question, over one watch per kind of object. */
export function createKubernetes(options: ClustersOptions): readonly PollCollector[] {
  const clusters = createClusters(options);
  const questions = [
    podsQuestion,
    podInfoQuestion,
    nodesQuestion,
    disksQuestion,
    nodeRoomQuestion,
    workloadsQuestion,
    quotasQuestion,
    volumesQuestion,
    volumeStatsQuestion,
    createEventsQuestion(),
    metricsQuestion,
  ];
  return questions.map((question) => createPoll(clusters, question));
}
