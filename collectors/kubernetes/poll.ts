import type { CollectContext, PollCollector } from '../../src/collect/contract.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import type { Point } from '../../src/model/point.ts';
import type { Cluster, Clusters } from './clusters.ts';

const INTERVAL_MS = 30_000;

/** One question to a cluster. */
export interface Question {
  /** Of the poll: `kubernetes/pods`. */
  readonly name: string;
  readonly datasets: readonly Dataset[];
  /** Default 30 s. */
  readonly intervalMs?: number;
  readonly deadlineMs?: number;
  /** Reads the cluster; throws where nothing is known. */
  ask(cluster: Cluster, context: CollectContext): Promise<readonly Point[]>;
}

/** The poll of a question. */
export function createPoll(clusters: Clusters, { ask, ...question }: Question): PollCollector {
  return {
    intervalMs: INTERVAL_MS,
    ...question,
    reads: 'kubernetes',
    async *poll(target, context) {
      yield await ask(clusters.at(target), context);
    },
    forget: (target) => clusters.forget(target),
  };
}
