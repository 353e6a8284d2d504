import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countReloads } from './count-reloads.ts';
import { recordingMetrics } from './testing/recording.ts';

test('reloads are counted by how they end, and the last one is told', async () => {
  const series = new Map<string, number>();
  let problem: Error | undefined;
  const reload = countReloads(recordingMetrics(series), async () => {
    if (problem !== undefined) throw problem;
  });
  assert.equal(series.get('octowatch_config_reload_success{}'), 1);
  problem = new Error('bad file');
  await assert.rejects(reload(), problem);
  assert.equal(series.get('octowatch_config_reload_success{}'), 0);
  problem = undefined;
  await reload();
  assert.equal(series.get('octowatch_config_reload_success{}'), 1);
  assert.equal(series.get('octowatch_config_reloads_total{outcome=error}'), 1);
  assert.equal(series.get('octowatch_config_reloads_total{outcome=ok}'), 1);
});
