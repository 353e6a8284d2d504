import type { Clock } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { watchEventLoop } from '../system/event-loop-lag.ts';
import { NODE_VERSION, PROCESS_STARTED_AT, readProcessUsage } from '../system/process-usage.ts';
import { createPrometheusMetrics, type PrometheusMetrics } from '../web/prometheus-metrics.ts';
import { everySecond } from './chores.ts';

/** The agent's own metrics, those of its process among them: read anew whenever somebody reads the metrics. */
export function createOwnMetrics(build: {
  readonly version: string;
  readonly role: string;
}): PrometheusMetrics {
  let countedSeconds = 0;
  const metrics = createPrometheusMetrics(() => {
    const usage = readProcessUsage();
    metrics.increment('process_cpu_seconds_total', {}, Math.max(0, usage.cpuSeconds - countedSeconds));
    countedSeconds = usage.cpuSeconds;
    metrics.set('process_resident_memory_bytes', usage.residentBytes);
    metrics.set('nodejs_heap_size_used_bytes', usage.heapUsedBytes);
    metrics.set('nodejs_external_memory_bytes', usage.externalBytes);
    if (usage.openFiles !== undefined) metrics.set('process_open_fds', usage.openFiles);
  });
  metrics.set('process_start_time_seconds', PROCESS_STARTED_AT);
  metrics.set('octowatch_build_info', 1, { ...build, node_version: NODE_VERSION });
  return metrics;
}

/** Observes once a second how long the event loop kept others waiting, until the signal. */
export async function observeEventLoop(
  clock: Clock,
  metrics: SelfMetrics,
  until: AbortSignal,
): Promise<void> {
  using lag = watchEventLoop();
  await everySecond(clock, until, () => metrics.observe('octowatch_event_loop_lag_seconds', lag.take()));
}
