import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExportResultCode } from '@opentelemetry/core';
import { TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { createPrometheusMetrics } from '../web/prometheus-metrics.ts';
import { createSpanQueue } from './bounded-spans.ts';

test('what finds the queue full is dropped and counted; what was taken arrives', async () => {
  let taken = 0;
  const answers: (() => void)[] = [];
  const exporter: SpanExporter = {
    export(spans, done) {
      answers.push(() => {
        taken += spans.length;
        done({ code: ExportResultCode.SUCCESS });
      });
    },
    shutdown: () => Promise.resolve(),
  };
  const metrics = createPrometheusMetrics();
  const queue = createSpanQueue(exporter, { metrics, timeoutMs: 60_000 });
  const tracer = new TracerProvider({ spanProcessors: [queue] }).getTracer('test');
  for (let n = 0; n < 5000; n++) tracer.startSpan('s').end();
  assert.equal(answers.length, 1, 'one batch is under way');
  const text = await metrics.exposition();
  const [, dropped = ''] = /^octowatch_telemetry_spans_dropped_total (\d+)$/m.exec(text) ?? [];
  assert.equal(Number(dropped), 5000 - 512 - 2048);

  const closed = queue.shutdown();
  for (let rounds = 0; rounds < 20; rounds++) {
    for (const answer of answers.splice(0)) answer();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  await closed;
  assert.equal(taken, 512 + 2048);
});
