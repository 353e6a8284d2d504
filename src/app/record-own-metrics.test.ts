import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openHead, type HeadFixture } from '../../test/fakes/head-fixture.ts';
import { evaluateInstant } from '../promql/evaluate.ts';
import { parseExpression } from '../promql/parser.ts';
import { createPrometheusMetrics, type PrometheusMetrics } from '../web/prometheus-metrics.ts';
import { recordOwnMetrics } from './record-own-metrics.ts';

const INTERVAL = 15_000;

interface Recording extends HeadFixture {
  readonly own: PrometheusMetrics;
  /** The values of an expression, now. */
  ask(expression: string): number[];
}

async function startRecording(t: TestContext): Promise<Recording> {
  const fixture = await openHead(t);
  const own = createPrometheusMetrics();
  const { clock, head } = fixture;
  const life = new AbortController();
  const record = (samples: Parameters<typeof head.record>[0]): void => head.record(samples);
  const recording = recordOwnMetrics(
    { clock, families: own.families, record, intervalMs: INTERVAL },
    life.signal,
  );
  t.after(() => {
    life.abort();
    return recording;
  });
  return {
    ...fixture,
    own,
    ask(expression) {
      const value = evaluateInstant(parseExpression(expression), { reader: head, time: clock.now() });
      assert.equal(value.type, 'vector');
      return value.type === 'vector' ? [...value.values] : [];
    },
  };
}

test('rules read what the agent counts, histograms too', async (t) => {
  const { own, clock, ask } = await startRecording(t);
  own.set('octowatch_ledger_imbalance', 3);
  own.observe('octowatch_rule_group_seconds', 0.02, { group: 'g' });
  await clock.advance(INTERVAL);
  assert.deepEqual(ask('octowatch_ledger_imbalance'), [3]);
  assert.deepEqual(ask('octowatch_rule_group_seconds_bucket{group="g", le="0.025"}'), [1]);
  assert.deepEqual(ask('octowatch_spool_frames_total'), [0]);
});

test('the first thing that a counter counts is an increase', async (t) => {
  const { own, clock, ask } = await startRecording(t);
  await clock.advance(4 * INTERVAL);
  assert.deepEqual(ask('increase(octowatch_log_bytes_destroyed_total[5m]) > 0'), []);
  own.increment('octowatch_log_bytes_destroyed_total', { collector: 'x' }, 100);
  await clock.advance(INTERVAL);
  const [bytes = 0] = ask('increase(octowatch_log_bytes_destroyed_total[5m]) > 0');
  assert.ok(bytes > 90 && bytes < 130, `${bytes}`);
  await clock.advance(2 * INTERVAL);
  assert.deepEqual(ask('octowatch_log_bytes_destroyed_total'), [100]);
});

test('what happens between the start and the first reading is an increase', async (t) => {
  const { own, clock, ask } = await startRecording(t);
  own.increment('octowatch_spool_corrupt_total');
  await clock.advance(INTERVAL);
  assert.equal(ask('increase(octowatch_spool_corrupt_total[5m]) > 0').length, 1);
});
