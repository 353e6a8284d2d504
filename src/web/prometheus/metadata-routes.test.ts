import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineDataset } from '../../model/dataset.ts';
import { SELF_METRICS } from '../../model/self-metrics.ts';
import { askApi, success } from '../testing/ask-api.ts';

const nodes = defineDataset({
  name: 'node',
  kind: 'gauge',
  help: 'Nodes.',
  dimensions: { node: { help: 'Node.' } },
  metrics: {
    node_up: { type: 'gauge', unit: 'none', help: 'Whether it is up.' },
    node_lag_seconds: { type: 'gauge', unit: 'seconds', help: 'How late it is.' },
  },
});
const datasets = [nodes];

test('metadata of a metric is what its dataset declares', async (t) => {
  assert.deepEqual(
    await askApi(t, { datasets }, 'metadata?metric=node_lag_seconds'),
    success({ node_lag_seconds: [{ type: 'gauge', help: 'How late it is.', unit: 'seconds' }] }),
  );
  assert.deepEqual(
    await askApi(t, { datasets }, 'metadata?metric=node_up'),
    success({ node_up: [{ type: 'gauge', help: 'Whether it is up.', unit: '' }] }),
  );
  assert.deepEqual(await askApi(t, { datasets }, 'metadata?metric=none'), success({}));
  assert.deepEqual(await askApi(t, { datasets }, 'metadata?metric=constructor'), success({}));
});

test("metadata of all metrics has the agent's own too", async (t) => {
  const { body } = await askApi(t, { datasets }, 'metadata');
  const { data } = Object(body);
  assert.deepEqual(Object.keys(data), ['node_up', 'node_lag_seconds', ...Object.keys(SELF_METRICS)]);
  assert.deepEqual(data.octowatch_polls_total[0].type, 'counter');
  const { body: some } = await askApi(t, { datasets }, 'metadata?limit=1&limit_per_metric=1');
  assert.deepEqual(Object.keys(Object(some).data), ['node_up']);
});

test('a limit that is no number', async (t) => {
  assert.equal((await askApi(t, { datasets }, 'metadata?limit=x')).status, 400);
});
