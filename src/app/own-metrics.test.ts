import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOwnMetrics } from './own-metrics.ts';

/** The value of a sample of the text. */
function valueOf(text: string, sample: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
  assert.ok(line !== undefined, `no ${sample}`);
  return Number(line.slice(sample.length + 1));
}

test('the process shows what it is and what it takes, anew at each look', async () => {
  const metrics = createOwnMetrics({ version: '1.2.3', role: 'edge' });
  const text = await metrics.exposition();
  const node = process.versions.node;
  assert.match(
    text,
    new RegExp(`^octowatch_build_info\\{version="1.2.3",role="edge",node_version="${node}"\\} 1$`, 'm'),
  );
  const { rss } = process.memoryUsage();
  const shown = valueOf(text, 'process_resident_memory_bytes');
  assert.ok(Math.abs(shown - rss) < 0.2 * rss, `${shown} for ${rss}`);
  assert.ok(Math.abs(valueOf(text, 'process_start_time_seconds') + process.uptime() - Date.now() / 1000) < 1);
  const before = valueOf(text, 'process_cpu_seconds_total');
  const used = process.cpuUsage();
  while (process.cpuUsage(used).user < 50_000);
  const after = valueOf(await metrics.exposition(), 'process_cpu_seconds_total');
  assert.ok(after - before >= 0.05 && after - before < 1, `${before} then ${after}`);
});
