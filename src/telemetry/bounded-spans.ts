import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SelfMetrics } from '../model/self-metrics.ts';

/** About 4 MiB. */
const QUEUE = 2048;
const BATCH = 512;
const DELAY_MS = 2000;

export interface SpanQueueOptions {
  readonly metrics: SelfMetrics;
  /** What one export may take, ms. */
  readonly timeoutMs: number;
}

/** Sends spans in batches from a bounded queue; those that find it full are dropped and counted. */
export function createSpanQueue(exporter: SpanExporter, options: SpanQueueOptions): SpanProcessor {
  let waiting = 0;
  const leaving: SpanExporter = {
    export(spans, done) {
      waiting -= spans.length;
      exporter.export(spans, done);
    },
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor({
    exporter: leaving,
    maxQueueSize: QUEUE,
    maxExportBatchSize: BATCH,
    scheduledDelayMillis: DELAY_MS,
    exportTimeoutMillis: options.timeoutMs + 1000,
  });
  return {
    onStart() {},
    onEnd(span) {
      if (waiting >= QUEUE) return options.metrics.increment('octowatch_telemetry_spans_dropped_total');
      waiting++;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
}
