import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SELF_METRICS } from '../model/self-metrics.ts';
import { createPrometheusMetrics } from './prometheus-metrics.ts';

const SAMPLE =
  /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(?:[A-Za-z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (?:[-+]?\d\S*|NaN|[-+]Inf)$/;

/** Names of the families, each checked as promtool does: HELP and TYPE first, then samples of that name. */
function familiesOf(text: string): string[] {
  assert.ok(text.endsWith('\n'), 'the last line ends');
  const names: string[] = [];
  for (const line of text
    .trimEnd()
    .split('\n')
    .filter((each) => each !== '')) {
    const [, help] = /^# HELP (\S+) \S/.exec(line) ?? [];
    const [, type, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    const name = names.at(-1) ?? '';
    if (help !== undefined) names.push(help);
    else if (type !== undefined) {
      assert.equal(type, name, line);
      assert.match(kind ?? '', /^(counter|gauge|histogram)$/);
    } else assert.ok(SAMPLE.exec(line)?.[1]?.startsWith(name), line);
  }
  return names;
}

test('the text is Prometheus format, with every metric of the table once', async () => {
  const metrics = createPrometheusMetrics();
  metrics.increment('octowatch_polls_total', { collector: 'a"b\\c\nd', outcome: 'ok' });
  metrics.observe('octowatch_rule_group_seconds', 0.2, { group: 'g' });
  metrics.set('octowatch_head_series', Number.POSITIVE_INFINITY);
  assert.deepEqual(familiesOf(await metrics.exposition()).toSorted(), Object.keys(SELF_METRICS).toSorted());
});

test('a counter without labels is there before it counts', async () => {
  const text = await createPrometheusMetrics().exposition();
  assert.match(text, /^octowatch_spool_frames_total 0$/m);
});

test('counters add, gauges hold, histograms count', async () => {
  const metrics = createPrometheusMetrics();
  metrics.increment('octowatch_polls_total', { collector: 'c', outcome: 'ok' });
  metrics.increment('octowatch_polls_total', { collector: 'c', outcome: 'ok' }, 4);
  metrics.set('octowatch_alerts', 3, { state: 'firing' });
  metrics.set('octowatch_alerts', 2, { state: 'firing' });
  metrics.observe('octowatch_rule_group_seconds', 0.2, { group: 'g' });
  const text = await metrics.exposition();
  assert.match(text, /^octowatch_polls_total\{collector="c",outcome="ok"\} 5$/m);
  assert.match(text, /^octowatch_alerts\{state="firing"\} 2$/m);
  assert.match(text, /^octowatch_rule_group_seconds_bucket\{le="0.1",group="g"\} 0$/m);
  assert.match(text, /^octowatch_rule_group_seconds_bucket\{le="0.5",group="g"\} 1$/m);
  assert.match(text, /^octowatch_rule_group_seconds_count\{group="g"\} 1$/m);
});
